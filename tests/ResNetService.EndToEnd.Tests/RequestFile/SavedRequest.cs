using System.Text;
using System.Text.RegularExpressions;

namespace ResNetService.EndToEnd.Tests.RequestFile;

/// <summary>A request of resnetservice.http, read as the editors read it.</summary>
/// <param name="Title">What it asks.</param>
/// <param name="Status">What the title says that the answer is.</param>
/// <param name="Target">Path and query.</param>
/// <param name="Body">Lines, of which <c>&lt; file</c> stands for the content of that file.</param>
internal sealed partial record SavedRequest(string Title, int Status, HttpMethod Method, string Target, (string Name, string Value)[] Headers, string[] Body)
{
    private const string Host = "{{host}}";

    public static SavedRequest[] ReadAll() =>
        [.. File.ReadAllText(Path.Combine(Repository.Root, "resnetservice.http")).ReplaceLineEndings("\n").Split("\n### ")[1..].Select(Parse)];

    public HttpRequestMessage ToMessage(Uri service)
    {
        var message = new HttpRequestMessage(Method, new Uri(service, Target));
        if (Body.Length > 0)
        {
            message.Content = new ByteArrayContent(Bytes());
            foreach (var (name, value) in Headers)
                message.Content.Headers.TryAddWithoutValidation(name, value);
        }
        else
        {
            foreach (var (name, value) in Headers)
                message.Headers.TryAddWithoutValidation(name, value);
        }

        return message;
    }

    private static SavedRequest Parse(string text)
    {
        var lines = text.TrimEnd('\n').Split('\n');
        var title = Heading().Match(lines[0]);
        Assert.True(title.Success, $"'{lines[0]}' must end with the status of the answer");
        var request = lines[1].Split(' ');
        Assert.StartsWith(Host, request[1], StringComparison.Ordinal);

        var headers = lines[2..].TakeWhile(line => line.Length > 0).ToArray();
        return new(
            title.Groups["title"].Value,
            int.Parse(title.Groups["status"].Value, System.Globalization.CultureInfo.InvariantCulture),
            HttpMethod.Parse(request[0]),
            request[1][Host.Length..],
            [.. headers.Select(line => (line[..line.IndexOf(':', StringComparison.Ordinal)], line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim()))],
            [.. lines.Skip(2 + headers.Length + 1)]);
    }

    private byte[] Bytes()
    {
        using var bytes = new MemoryStream();
        foreach (var (i, line) in Body.Index())
        {
            if (i > 0)
                bytes.Write("\r\n"u8);
            bytes.Write(line.StartsWith("< ", StringComparison.Ordinal) ? File.ReadAllBytes(Path.Combine(Repository.Root, line[2..])) : Encoding.UTF8.GetBytes(line));
        }

        return bytes.ToArray();
    }

    [GeneratedRegex(@"^(?<title>.+?):? (?<status>\d{3})$")]
    private static partial Regex Heading();
}
