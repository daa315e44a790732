using System.Reflection;
using System.Security.Cryptography;
using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Net.Http.Headers;

namespace ResNetService.Api.Page;

/// <summary>A file of the page. Its address is that below <c>wwwroot</c>; <c>index.html</c> is at <c>/</c>.</summary>
/// <param name="Tag">Of the content: a browser asks each time, and is sent only what changed.</param>
internal sealed record PageFile(string Path, string ContentType, byte[] Content, EntityTagHeaderValue Tag)
{
    private const string Prefix = "wwwroot/";
    private static readonly FileExtensionContentTypeProvider Types = new();

    /// <summary>All of them. They are resources of the assembly, so that the page is there wherever the service is put.</summary>
    public static IEnumerable<PageFile> ReadAll()
    {
        var assembly = typeof(PageFile).Assembly;
        return assembly.GetManifestResourceNames()
            // A name has the separators of the machine that built it.
            .Where(name => name.Replace('\\', '/').StartsWith(Prefix, StringComparison.Ordinal))
            .Select(name => Read(assembly, name));
    }

    private static PageFile Read(Assembly assembly, string name)
    {
        using var resource = assembly.GetManifestResourceStream(name)!;
        var content = new byte[resource.Length];
        resource.ReadExactly(content);

        var path = name[Prefix.Length..].Replace('\\', '/');
        var type = Types.TryGetContentType(path, out var known) ? known : throw new InvalidOperationException($"No content type is known for '{path}'.");
        return new(
            path == "index.html" ? "/" : "/" + path,
            type.StartsWith("text/", StringComparison.Ordinal) ? type + "; charset=utf-8" : type,
            content,
            new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(content))[..16]}\""));
    }
}
