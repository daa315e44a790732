using System.Text.Json;
using ResNetService.Api.Security.Keys;

namespace ResNetService.Api.Tests.Security.Keys;

public sealed class ApiKeyCommandTests
{
    [Fact]
    public async Task Command_MakesAKey_ThatTheServiceTakesWithTheEntryThatItPrints()
    {
        using var command = new ServiceProcess("apikey", "--name", "ci", "--scope", "classify");
        var (exitCode, _, output) = await command.EndAsync();
        var key = output.Split('\n')[0].Trim();
        var entry = JsonDocument.Parse(output[output.IndexOf('{', StringComparison.Ordinal)..]).RootElement.GetProperty("ci");
        using var host = new ServiceHost(new() { ["Security:Keys:ci:Hash"] = entry.Text("Hash"), ["Security:Keys:ci:Scopes"] = entry.Text("Scopes") });

        using var known = await host.Client.AskAsync("GET", "/models", Callers.Bearer(key));
        using var unknown = await host.Client.AskAsync("GET", "/models");

        Assert.Equal((0, 200, 401), (exitCode, (int)known.StatusCode, (int)unknown.StatusCode));
    }

    [Fact]
    public void Command_HashesAKeyFromStandardInput_AndDoesNotRepeatIt()
    {
        var key = KeyText.Make();

        var (exitCode, output, errors) = Run($"{key}\n", "--stdin", "--name", "old", "--scope", "classify", "--scope", "admin");

        var entry = JsonDocument.Parse(output).RootElement.GetProperty("old");
        Assert.Equal((0, "classify admin"), (exitCode, entry.Text("Scopes")));
        Assert.True(KeyHash.TryParse(entry.Text("Hash"), out var hash) && hash.IsOf(System.Text.Encoding.UTF8.GetBytes(key)));
        Assert.DoesNotContain(key, output + errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "--scope", "classify")]
    [InlineData("", "--name", "a")]
    [InlineData("", "--name", "a", "--scope", "everything")]
    [InlineData("", "--name", "a b", "--scope", "classify")]
    [InlineData("", "--name", "a", "--scope")]
    [InlineData("", "--name", "a", "--scope", "classify", "--key", "rns_")]
    [InlineData("", "--name", "a", "--scope", "classify", "--stdin")]
    [InlineData("a password", "--name", "a", "--scope", "classify", "--stdin")]
    public void Command_ThatIsWrong_SaysWhatWouldBeRight_AndPrintsNoKey(string input, params string[] arguments)
    {
        var (exitCode, output, errors) = Run(input, arguments);

        Assert.Equal((1, ""), (exitCode, output));
        Assert.Contains("apikey --name", errors, StringComparison.Ordinal);
        Assert.False(input.Length > 0 && errors.Contains(input, StringComparison.Ordinal));
    }

    private static (int ExitCode, string Output, string Errors) Run(string input, params string[] arguments)
    {
        using var reader = new StringReader(input);
        using var output = new StringWriter();
        using var errors = new StringWriter();
        return (ApiKeyCommand.Run(arguments, reader, output, errors), output.ToString(), errors.ToString());
    }
}
