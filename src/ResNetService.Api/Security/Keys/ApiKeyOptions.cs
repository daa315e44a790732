namespace ResNetService.Api.Security.Keys;

/// <summary>One key, below its name.</summary>
internal sealed class ApiKeyOptions
{
    /// <summary>As the command <c>apikey</c> prints it.</summary>
    public string? Hash { get; set; }

    /// <summary><c>classify</c>, <c>admin</c>, or both with a space between.</summary>
    public string? Scopes { get; set; }
}
