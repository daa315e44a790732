using ResNetService.Api.Classify;
using ResNetService.Api.Errors;

var builder = WebApplication.CreateBuilder(args);
builder.AddErrorReplies();
builder.AddClassify();

var app = builder.Build();
app.UseErrorReplies();
app.MapClassify();
await app.RunAsync();

public sealed partial class Program;
