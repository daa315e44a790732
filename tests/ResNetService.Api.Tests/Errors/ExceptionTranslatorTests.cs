using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using ResNetService.Api.Uploads;
using ResNetService.Api.Errors;

namespace ResNetService.Api.Tests.Errors;

/// <summary>What Kestrel throws and no test can have of it without waiting.</summary>
public sealed class ExceptionTranslatorTests
{
    [Fact]
    public void BodyThatComesTooSlowly_IsToldHowFastItShouldCome()
    {
        var translator = new ExceptionTranslator(Options.Create(new RequestOptions()), NullLogger<ExceptionTranslator>.Instance);

        var problem = translator.Translate(new BadHttpRequestException("Reading the request body timed out.", StatusCodes.Status408RequestTimeout));

        Assert.Equal(ProblemKind.RequestTimeout, problem.Kind);
        Assert.Contains("1000 bytes a second", problem.Detail, StringComparison.Ordinal);
    }
}
