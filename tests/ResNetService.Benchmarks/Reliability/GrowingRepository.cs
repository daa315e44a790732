using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using ResNetService.Benchmarks.Servers;

namespace ResNetService.Benchmarks.Reliability;

/// <summary>A model repository in a temporary folder, with one model, of which ever newer versions come.</summary>
internal sealed class GrowingRepository : IDisposable
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("benchmarks-versions-");
    private readonly BenchmarkModel _model;
    private readonly string _name;
    private string? _staged;

    /// <param name="model">The files of each version.</param>
    public GrowingRepository(string name, BenchmarkModel model)
    {
        (_name, _model) = (name, model);
        Add();
    }

    public string Path => _folder.FullName;

    /// <summary>The highest version that there is.</summary>
    private int Version { get; set; }

    /// <summary>Writes the next version aside, as the companion does, where nobody looks for it.</summary>
    [MemberNotNull(nameof(_staged))]
    public void Stage()
    {
        _staged = Directory.CreateDirectory(FolderOf(Version + 1) + ".part").FullName;
        foreach (var file in Directory.EnumerateFiles(_model.Directory))
            File.Copy(file, System.IO.Path.Combine(_staged, System.IO.Path.GetFileName(file)));
    }

    /// <summary>Moves the next version to its place, and writes it first where it is not <see cref="Stage">there</see>. Ends when the server answers with it.</summary>
    /// <exception cref="BenchmarkException">It does not, in a minute.</exception>
    public async Task AddAsync(RunningServer server, CancellationToken cancellationToken)
    {
        Add();
        using var client = new HttpClient();
        await Polling.UntilAsync(
            token => ServesItAsync(client, server, token), Poll, LongestWait, () => $"version {Version} does not serve {LongestWait.TotalSeconds:F0} s after it came", cancellationToken);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private async Task<bool> ServesItAsync(HttpClient client, RunningServer server, CancellationToken cancellationToken)
    {
        using var reply = await client.GetAsync(new Uri(server.Address, $"/v2/models/{_name}/versions/{Version}/ready"), cancellationToken);
        return reply.IsSuccessStatusCode;
    }

    private string FolderOf(int version) => System.IO.Path.Combine(Path, _name, version.ToString(CultureInfo.InvariantCulture));

    private void Add()
    {
        if (_staged is null)
            Stage();
        Directory.Move(_staged, FolderOf(Version + 1));
        _staged = null;
        // Two are enough: of those before nothing is read any more.
        if (Version > 1)
            Directory.Delete(FolderOf(Version - 1), recursive: true);
        Version++;
    }
}
