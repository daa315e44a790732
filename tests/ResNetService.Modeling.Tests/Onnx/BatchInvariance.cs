namespace ResNetService.Modeling.Tests.Onnx;

/// <summary>An answer never depends on what shares its batch, to the bit.</summary>
internal static class BatchInvariance
{
    private static readonly int[] Batches = [2, 3, 5, 8];

    /// <param name="run">From uint8 [n, size, size, 3] to logits [n, classes].</param>
    /// <param name="pixels">Of <paramref name="images"/> images.</param>
    public static void Assert(Func<byte[], float[]> run, byte[] pixels, int images)
    {
        var length = pixels.Length / images;
        var alone = Enumerable.Range(0, images).Select(i => run(Image(i))).ToArray();
        foreach (var batch in Batches.Append(images))
        {
            var random = new Random(batch);
            var order = Enumerable.Range(0, batch).Select(_ => random.Next(images)).ToArray();
            var together = run([.. order.SelectMany(Image)]).Chunk(alone[0].Length).ToArray();
            Xunit.Assert.Equal(order.Select(i => alone[i]), together);
        }

        byte[] Image(int i) => pixels[(i * length)..((i + 1) * length)];
    }
}
