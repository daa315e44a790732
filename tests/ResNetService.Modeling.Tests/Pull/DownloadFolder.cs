using System.Security.Cryptography;
using ResNetService.ModelFormat;
using ResNetService.Modeling.Architectures;
using ResNetService.Modeling.Pull;

namespace ResNetService.Modeling.Tests.Pull;

/// <summary>A store in a folder that does not exist yet, and weights for it that a loopback server has.</summary>
internal sealed class DownloadFolder : IDisposable
{
    /// <summary>Waits for nothing that a test could not foresee.</summary>
    public static readonly DownloadPolicy Quick = new() { FirstDelay = TimeSpan.FromMilliseconds(1), MaxDelay = TimeSpan.FromMilliseconds(5) };

    private readonly DirectoryInfo _parent = Directory.CreateTempSubdirectory("resnet-pull-");

    /// <summary>More than a buffer, so that a download has several steps.</summary>
    public static byte[] Content { get; } = MakeContent(1);

    /// <summary>As long, and other.</summary>
    public static byte[] OtherContent { get; } = MakeContent(2);

    public string Path => System.IO.Path.Combine(_parent.FullName, "caches", "weights");

    /// <summary>Whether nothing is left, not even a folder.</summary>
    public bool IsGone => !_parent.EnumerateFileSystemInfos().Any();

    /// <summary>The names of what is there.</summary>
    public IEnumerable<string> Files => new DirectoryInfo(Path).EnumerateFiles().Select(file => file.Name).Order(StringComparer.Ordinal);

    public static PublishedWeights Weights(byte[] content, PublishedSize? size = null, string? sha256 = null) => new(
        "tiny",
        Architecture.Find("resnet20-cifar"),
        new Uri("https://weights.invalid/tiny.safetensors"),
        sha256 ?? Convert.ToHexStringLower(SHA256.HashData(content))[..16],
        size,
        "CC0-1.0",
        LabelSets.Cifar10,
        PreprocessingSpec.Cifar,
        Accuracy: null);

    public byte[] Read(PublishedWeights weights) => File.ReadAllBytes(System.IO.Path.Combine(Path, weights.FileName));

    public WeightStore Store(DownloadPolicy? policy = null) => new(Path, policy ?? Quick, TimeProvider.System);

    public Task DownloadAsync(
        Uri url, PublishedWeights weights, DownloadPolicy? policy = null, IProgress<(long Bytes, long Total)>? progress = null, SocketsHttpHandler? handler = null, CancellationToken? token = null) =>
        Store(policy).DownloadAsync(weights, url, handler ?? RedirectingClient.CreateHandler(), progress, token ?? TestContext.Current.CancellationToken);

    public async Task<string> FailsAsync(Uri url, PublishedWeights weights, DownloadPolicy? policy = null, SocketsHttpHandler? handler = null) =>
        (await Assert.ThrowsAsync<DownloadException>(() => DownloadAsync(url, weights, policy, handler: handler))).Message;

    public void Dispose() => _parent.Delete(recursive: true);

    private static byte[] MakeContent(int seed)
    {
        var content = new byte[300_000];
        new Random(seed).NextBytes(content);
        return content;
    }
}

/// <summary>Tells when so many bytes are there.</summary>
internal sealed class Watermark(long bytes) : IProgress<(long Bytes, long Total)>
{
    private readonly TaskCompletionSource _reached = new();

    public Task Reached => _reached.Task;

    public void Report((long Bytes, long Total) value)
    {
        if (value.Bytes >= bytes)
            _reached.TrySetResult();
    }
}
