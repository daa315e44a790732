using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace ResNetService.Inference.Models;

/// <summary>The files of one model version.</summary>
/// <param name="directory">All of it is the model's; null for a graph that lies among others.</param>
internal sealed class ModelFiles(string? directory, string graphPath)
{
    /// <summary>A bound for links that lead in a circle.</summary>
    private const int Deepest = 3;

    /// <summary>As many as Linux follows.</summary>
    private const int MostLinks = 40;

    private static readonly EnumerationOptions Everything = new() { RecurseSubdirectories = true, MaxRecursionDepth = Deepest, AttributesToSkip = FileAttributes.None };

    /// <summary>Names, lengths and times: another where a file was written, replaced or removed. Of what links lead to, since volumes of Kubernetes change by a link alone.</summary>
    /// <exception cref="IOException">They cannot be looked at; so with <see cref="UnauthorizedAccessException"/>.</exception>
    public string Stamp()
    {
        var text = new StringBuilder();
        foreach (var path in Paths())
        {
            using var file = File.OpenHandle(path);
            text.Append(CultureInfo.InvariantCulture, $"{path}|{RandomAccess.GetLength(file)}|{File.GetLastWriteTimeUtc(file).Ticks}\n");
        }

        return text.ToString();
    }

    /// <summary>Their lengths together, each file once, however many links lead to it: a volume of Kubernetes shows every file three times.</summary>
    /// <inheritdoc cref="Stamp"/>
    public long Bytes() => Paths().Select(path => WithoutLinks(path)).Distinct(StringComparer.Ordinal).Sum(LengthOf);

    /// <summary>SHA-256 of every file, since a graph may have its weights in others; hexadecimal digits.</summary>
    /// <inheritdoc cref="Stamp"/>
    public string Digest()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var path in Paths())
        {
            using var file = File.OpenRead(path);
            hash.AppendData(Encoding.UTF8.GetBytes(Path.GetFileName(path)));
            hash.AppendData(SHA256.HashData(file));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Those of a graph that lies among others begin with its name, as ONNX's tools name them.</summary>
    private IOrderedEnumerable<string> Paths() => (directory is null
        ? Directory.EnumerateFiles(Path.GetDirectoryName(graphPath)!, Path.GetFileName(graphPath) + "*")
        : Directory.EnumerateFiles(directory, "*", Everything)).Order(StringComparer.Ordinal);

    private static string WithoutLinks(string path, int most = MostLinks)
    {
        if (most == 0)
            throw new IOException($"{path} is a link that leads in a circle.");
        if (Path.GetDirectoryName(path) is not { } parent)
            return path;
        var directory = WithoutLinks(parent, most);
        var here = Path.Join(directory, Path.GetFileName(path));
        return new FileInfo(here).LinkTarget is { } target ? WithoutLinks(Path.GetFullPath(target, directory), most - 1) : here;
    }

    private static long LengthOf(string path)
    {
        using var file = File.OpenHandle(path);
        return RandomAccess.GetLength(file);
    }
}
