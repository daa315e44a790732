using System.Security.Cryptography;
using ResNetService.Modeling.Onnx;

namespace ResNetService.Modeling.Pull;

/// <summary>
/// The folder of downloads: parts that a later command goes on with, and whole files that were to be kept. Nothing leaves it before its
/// digest is the published one.
/// </summary>
internal sealed class WeightStore(string folder, DownloadPolicy policy, TimeProvider time)
{
    private readonly string _folder = Path.GetFullPath(folder);
    private NewDirectories? _created;

    /// <summary>Where a user's caches are by the custom of the system.</summary>
    public static string DefaultFolder => Path.Combine(UserCaches(), "resnet", "weights");

    public string PathOf(PublishedWeights weights) => Path.Combine(_folder, weights.FileName);

    /// <summary>Whether the file is there and what was published. One that is not is removed.</summary>
    public async Task<bool> HoldsAsync(PublishedWeights weights, CancellationToken cancellationToken)
    {
        var path = PathOf(weights);
        if (!File.Exists(path))
            return false;

        await using (var file = File.OpenRead(path))
        {
            if (IsPublished(Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellationToken)), weights))
                return true;
        }

        File.Delete(path);
        return false;
    }

    /// <param name="url">The published address, or a mirror's.</param>
    /// <param name="handler">Disposed with the download.</param>
    /// <param name="progress">Bytes that are there, of those that there will be.</param>
    /// <exception cref="DownloadException">The file cannot be had, or is another; of that other nothing is kept.</exception>
    public async Task DownloadAsync(
        PublishedWeights weights, Uri url, SocketsHttpHandler handler, IProgress<(long Bytes, long Total)>? progress, CancellationToken cancellationToken)
    {
        using var client = new RedirectingClient(handler, policy.MaxRedirects);
        _created = NewDirectories.Create(_folder);
        try
        {
            using var part = PartialFile.Open(PathOf(weights));
            await new Download(client, policy, time).RunAsync(url, weights.Size, part, progress, cancellationToken);
            var sha256 = await part.Sha256Async(cancellationToken);
            if (!IsPublished(sha256, weights))
            {
                part.Restart(null);
                throw new DownloadException($"{url} has the SHA-256 {sha256}, and {weights.Sha256} is published{(weights.Sha256.Length < sha256.Length ? " as its beginning" : "")}: it is another file, or damaged; nothing is kept");
            }

            part.Complete();
        }
        finally
        {
            _created.RemoveEmpty();
        }
    }

    /// <summary>Removes the file, and the folders that were made for it.</summary>
    public void Remove(PublishedWeights weights)
    {
        File.Delete(PathOf(weights));
        _created?.RemoveEmpty();
    }

    private static bool IsPublished(string sha256, PublishedWeights weights) => sha256.StartsWith(weights.Sha256, StringComparison.Ordinal);

    private static string UserCaches()
    {
        if (OperatingSystem.IsWindows())
            return Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData);
        if (Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { } caches && Path.IsPathFullyQualified(caches))
            return caches;
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        return OperatingSystem.IsMacOS() ? Path.Combine(home, "Library", "Caches") : Path.Combine(home, ".cache");
    }
}
