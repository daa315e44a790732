using System.Diagnostics;
using ResNetService.Fuzz.Targets;

namespace ResNetService.Fuzz.Tests;

/// <summary>A minute of the fuzzer, as the command runs it: in a process of its own, since a decoder that fails may take that with it.</summary>
public sealed class EveryTargetTests
{
    [Fact]
    public async Task Minute_OverEveryTarget_FindsNothing()
    {
        var token = TestContext.Current.CancellationToken;
        var findings = Directory.CreateTempSubdirectory("resnet-fuzz-findings-");
        using var process = Process.Start(new ProcessStartInfo("dotnet",
            [Path.Combine(AppContext.BaseDirectory, "ResNetService.Fuzz.dll"), "--seconds", "60", "--seed", "1", "--findings", findings.FullName])
        { RedirectStandardOutput = true })!;
        try
        {
            var output = await process.StandardOutput.ReadToEndAsync(token);
            await process.WaitForExitAsync(token);

            Assert.True(process.ExitCode == 0, $"{output}{string.Concat(findings.EnumerateFiles("*.txt").Select(file => File.ReadAllText(file.FullName)))}");
            Assert.All(TargetList.Names, name => Assert.Matches($@"(?m)^{name} +[1-9]\d\d+ runs .* 0 findings$", output));
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
            findings.Delete(recursive: true);
        }
    }
}
