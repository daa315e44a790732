namespace ResNetService.EndToEnd.Tests.Architecture;

internal static class Findings
{
    /// <summary>Fails with every finding on a line of its own; xunit's collection assertions show five and shorten each.</summary>
    public static void AssertNone(IEnumerable<string> findings)
    {
        var all = findings.Distinct().Order(StringComparer.Ordinal).ToArray();
        if (all.Length > 0)
            Assert.Fail(string.Join(Environment.NewLine, all));
    }
}
