using Microsoft.Extensions.Options;
using ResNetService.Api.Security.Keys;

namespace ResNetService.Api.Security;

/// <summary>Who may use the service. Configuration section <c>Security</c>.</summary>
internal sealed class SecurityOptions
{
    public const string Section = "Security";

    /// <summary><see href="security.md#keys">Keys</see> by name, each with <c>Hash</c> and <c>Scopes</c>; the command <c>apikey</c> makes one. Taken over while the service runs.</summary>
    /// <value>none: whoever reaches the service may classify, and nobody may administer</value>
    public IDictionary<string, ApiKeyOptions>? Keys { get; set; }

    /// <summary>A JSON file of more such keys, as a secret is mounted: <c>{"name":{"Hash":"…","Scopes":"classify"}}</c>. Looked at every 5 s.</summary>
    /// <value>none</value>
    public string? KeysFile { get; set; }

    /// <summary>Addresses (<c>10.0.0.5</c>) or networks (<c>10.0.0.0/24</c>) of the proxies in front, whose <c>X-Forwarded-For</c> and <c>X-Forwarded-Proto</c> are believed. Nobody else's are.</summary>
    /// <value>none</value>
    public IList<string>? Proxies { get; set; }

    /// <summary>The keys of the configuration and of the file.</summary>
    public ApiKeySet ReadKeys(List<string> faults)
    {
        var configured = (Keys ?? new Dictionary<string, ApiKeyOptions>()).Select(key => ($"{Section}:{nameof(Keys)}", key.Key, key.Value ?? new()));
        if (!string.IsNullOrEmpty(KeysFile) && Security.Keys.KeysFile.Read(KeysFile, faults) is { } text)
            configured = configured.Concat(Security.Keys.KeysFile.Parse(KeysFile, text, faults));
        return ApiKeySet.Of(configured, faults);
    }
}

internal sealed class SecurityOptionsValidator : IValidateOptions<SecurityOptions>
{
    public ValidateOptionsResult Validate(string? name, SecurityOptions options)
    {
        List<string> faults = [];
        var keys = options.ReadKeys(faults);
        // A secret that is empty, or whose last key was revoked, must not open the service to everybody at its next start.
        if (faults.Count == 0 && !string.IsNullOrEmpty(options.KeysFile) && keys.Count == 0)
            faults.Add($"{SecurityOptions.Section}:KeysFile '{options.KeysFile}' has no key, and none is configured elsewhere; the command 'apikey' makes one. To ask nobody who calls, name no file.");
        faults.AddRange(
            from proxy in options.Proxies ?? []
            where !System.Net.IPAddress.TryParse(proxy, out _) && !System.Net.IPNetwork.TryParse(proxy, out _)
            select $"{SecurityOptions.Section}:Proxies has '{proxy}'; an address (10.0.0.5) or a network whose last bits are zero (10.0.0.0/24) would be right.");
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
