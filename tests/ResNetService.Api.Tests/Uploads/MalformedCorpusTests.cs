using System.Formats.Tar;
using System.IO.Compression;
using System.Text.Json;
using ResNetService.Api.Tests.Telemetry;

namespace ResNetService.Api.Tests.Uploads;

/// <summary>A fuzz corpus and a codec library's own bombs, truncated and odd images, file by file through <c>POST /classify</c>: each has one answer or one typed error, in time and within a bound of memory.</summary>
public sealed class MalformedCorpusTests
{
    private static readonly string[] Refusals = ["corrupt-image", "unsupported-image", "too-many-pixels", "too-many-bytes", "invalid-request"];

    /// <summary>Of one file. One that takes longer on a machine that is busy with something else is tried again.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);

    /// <summary>By which the process may grow while one file is answered, where nothing else is.</summary>
    private const long MostBytes = 64_000_000;

    [Theory]
    [InlineData("go-fuzz-corpus.tar.gz", 1703, 300)]
    [InlineData("pillow-images.tar.gz", 860, 600)]
    public async Task Classify_EveryFile_HasOneAnswerOrOneError(string archive, int files, int leastAnswers)
    {
        using var tar = new TarReader(new GZipStream(File.OpenRead(SharedData.Require("malformed/" + archive)), CompressionMode.Decompress));
        using var service = await RunningService.StartAsync();
        service.Process.Drain();
        var (outcomes, most) = (new SortedDictionary<string, int>(StringComparer.Ordinal), 0L);
        while (tar.GetNextEntry() is { } entry)
        {
            if (entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile))
                continue;
            var encoded = new byte[entry.Length];
            entry.DataStream?.ReadExactly(encoded);
            var (outcome, grown) = await OutcomeAsync(service, entry.Name, encoded);
            outcomes[outcome] = outcomes.GetValueOrDefault(outcome) + 1;
            most = Math.Max(most, grown);
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{string.Join(", ", outcomes.Select(outcome => $"{outcome.Key} {outcome.Value}"))}; {most / 1e6:F1} MB at most");
        Assert.Equal(files, outcomes.Values.Sum());
        Assert.True(outcomes["answer"] > leastAnswers, $"only {outcomes["answer"]} of {files} are answered");
    }

    private static async Task<(string Outcome, long Grown)> OutcomeAsync(RunningService service, string name, byte[] encoded)
    {
        for (var attempt = 1; ; attempt++)
        {
            var before = ProcessMemory.ForgetPeak(service.Process.Id);
            var start = TimeProvider.System.GetTimestamp();
            var outcome = await ClassifyAsync(service.Client, name, encoded);
            var took = TimeProvider.System.GetElapsedTime(start);
            var grown = ProcessMemory.Peak(service.Process.Id) - before;
            if (took <= Longest && grown <= MostBytes)
                return (outcome, grown);
            Assert.True(attempt < 3, $"{name} took {took.TotalSeconds:F1} s and {grown / 1e6:F1} MB");
        }
    }

    private static async Task<string> ClassifyAsync(HttpClient client, string name, byte[] encoded)
    {
        using var response = await client.PostAsync(new Uri("/classify", UriKind.Relative), Replies.Raw(encoded, "application/octet-stream"), TestContext.Current.CancellationToken);
        var json = JsonDocument.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).RootElement;
        if (response.IsSuccessStatusCode)
        {
            var result = Assert.Single(json.GetProperty("results").EnumerateArray());
            Assert.Equal((JsonValueKind.Null, 3), (result.GetProperty("error").ValueKind, result.GetProperty("predictions").GetArrayLength()));
            return "answer";
        }

        var kind = json.Text("type").Split(':')[^1];
        Assert.True(Refusals.Contains(kind) && (int)response.StatusCode == json.GetProperty("status").GetInt32(), $"{name}: {json}");
        Assert.NotEmpty(json.Text("detail"));
        return kind;
    }
}
