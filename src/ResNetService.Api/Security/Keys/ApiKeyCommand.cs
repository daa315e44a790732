using System.Text.Json;
using System.Text.Json.Nodes;

namespace ResNetService.Api.Security.Keys;

/// <summary>
/// <c>apikey --name ci --scope classify</c>: makes a key and prints it, once, and what the configuration keeps of it. With <c>--stdin</c> the key is read
/// from standard input: an argument would be seen by everybody on the machine.
/// </summary>
internal static class ApiKeyCommand
{
    public const string Name = "apikey";

    private const string Usage = "It would be right as: apikey --name <name> --scope classify [--scope admin] [--stdin]";

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <returns>The exit code: 0, or 1 where the arguments or the key are wrong.</returns>
    public static int Run(string[] args, TextReader input, TextWriter output, TextWriter errors)
    {
        List<string> scopes = [];
        var (name, readsKey) = ("", false);
        for (var i = 0; i < args.Length; i++)
        {
            if (args[i] == "--stdin")
                readsKey = true;
            else if (args[i] == "--name" && i + 1 < args.Length)
                name = args[++i];
            else if (args[i] == "--scope" && i + 1 < args.Length)
                scopes.Add(args[++i]);
            else
                return Fail(errors, "An argument is not known, or has no value.");
        }

        if (name.Length == 0)
            return Fail(errors, "The key needs a name, by which the log calls its caller.");
        var key = readsKey ? input.ReadLine()?.Trim() ?? "" : KeyText.Make();
        if (!KeyText.IsOne(key))
            return Fail(errors, $"Standard input has no key of this service: its first line would be one of {KeyText.Length} characters that begins with '{KeyText.Prefix}'.");
        var entry = new ApiKeyOptions { Hash = KeyHash.Of(key).ToString(), Scopes = string.Join(' ', scopes.Distinct()) };
        List<string> faults = [];
        ApiKeySet.Of([("The key", name, entry)], faults);
        if (faults.Count > 0)
            return Fail(errors, string.Join(' ', faults));

        if (!readsKey)
            output.WriteLine(key);
        output.WriteLine(Entry(name, entry).ToJsonString(Indented));
        errors.WriteLine(readsKey ? "This is its entry for Security:Keys, or for the file of Security:KeysFile." : "The first line is the key: give it to its caller, it is kept nowhere. The rest is its entry for Security:Keys, or for the file of Security:KeysFile.");
        return 0;
    }

    private static JsonObject Entry(string name, ApiKeyOptions key) => new() { [name] = new JsonObject { ["Hash"] = key.Hash, ["Scopes"] = key.Scopes } };

    private static int Fail(TextWriter errors, string fault)
    {
        errors.WriteLine($"{fault} {Usage}");
        return 1;
    }
}
