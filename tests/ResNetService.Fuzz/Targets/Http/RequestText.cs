using System.Text;
using Microsoft.AspNetCore.Http;
using ResNetService.Api.Errors;
using ResNetService.Inference.Errors;

namespace ResNetService.Fuzz.Targets.Http;

/// <summary>A request as a target's input: a query or an empty line, lines of headers, an empty line, the body.</summary>
internal static class RequestText
{
    private const int LongestHead = 4096;

    /// <summary>What no server lets through in a head is left out here, too.</summary>
    public static DefaultHttpContext Read(byte[] input)
    {
        var context = new DefaultHttpContext();
        context.Request.Method = "POST";
        var end = input.AsSpan(0, Math.Min(input.Length, LongestHead)).IndexOf("\n\n"u8);
        var lines = Encoding.Latin1.GetString(input, 0, Math.Max(0, end)).Split('\n');
        if (lines[0].StartsWith('?'))
            context.Request.QueryString = new(lines[0]);
        foreach (var line in lines.Skip(1).Where(line => !line.Any(char.IsControl)))
        {
            if (line.Split(':', 2) is [{ Length: > 0 } name, var value])
                context.Request.Headers.Append(name, value.Trim());
        }

        var body = end < 0 ? input : input[(end + 2)..];
        context.Request.Body = new MemoryStream(body, writable: false);
        context.Response.Body = new MemoryStream();
        return context;
    }

    public static byte[] Write(string query, string headers, byte[] body) => [.. Encoding.Latin1.GetBytes($"{query}\n{headers}\n\n"), .. body];

    public static byte[] Write(string query, string headers, string body) => Write(query, headers, Encoding.Latin1.GetBytes(body));

    /// <summary>The errors that a caller is told.</summary>
    /// <returns>Null for an exception that is none of them.</returns>
    public static string? Told(Exception exception) => exception switch
    {
        ProblemException { Problem: var problem } when problem.Kind != ProblemKind.Internal => $"{problem.Kind.Name} {Words.Kind(problem.Detail)}",
        ServiceException { Error: var error } => $"{error.Code} {Words.Kind(error.Detail)}",
        _ => null,
    };
}
