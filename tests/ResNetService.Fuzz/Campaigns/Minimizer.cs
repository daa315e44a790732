namespace ResNetService.Fuzz.Campaigns;

/// <summary>Leaves out of an input what a finding does not need.</summary>
internal static class Minimizer
{
    private const int MostAttempts = 3000;

    /// <param name="shows">Whether an input still shows the finding.</param>
    public static byte[] Minimize(byte[] input, Func<byte[], bool> shows)
    {
        var attempts = 0;
        for (var size = Math.Max(1, input.Length / 2); ; size /= 2)
        {
            for (var at = 0; at < input.Length && attempts < MostAttempts; attempts++)
            {
                byte[] shorter = [.. input.AsSpan(0, at), .. input.AsSpan(Math.Min(at + size, input.Length))];
                if (shows(shorter))
                    input = shorter;
                else
                    at += size;
            }

            if (size <= 1)
                return input;
        }
    }
}
