using ResNetService.Benchmarks.LoadGeneration;

namespace ResNetService.Benchmarks.Reports;

/// <summary>Stages and their seconds, which add up to the whole. What one stage measured alone takes is subtracted from what it takes in the service: the difference is a line of its own.</summary>
internal sealed record TimeBudget(IReadOnlyList<(string Stage, double Seconds)> Stages)
{
    public double Total => Stages.Sum(stage => stage.Seconds);

    /// <param name="replies">One or more.</param>
    /// <param name="decodeSeconds">CPU time of decoding alone; one thread decodes, so it is wall time too.</param>
    public static TimeBudget OfOneCaller(IReadOnlyList<TimedReply> replies, double decodeSeconds, Baseline baseline)
    {
        var (client, decode, queue, inference, total) = (Mean(r => r.Client), Mean(r => r.Decode), Mean(r => r.Queue), Mean(r => r.Inference), Mean(r => r.Total));
        return new(
        [
            ("HTTP: connection, request, reply, and the client itself", client - total),
            ("waiting for a decoder and for the runner", queue),
            ("decoding, measured alone", decodeSeconds),
            ("resampling and cropping, measured alone", baseline.PreprocessingSeconds - decodeSeconds),
            ("preprocessing beyond that", decode - baseline.PreprocessingSeconds),
            ("the network, ONNX Runtime alone at batch 1", baseline.One.SecondsPerImage),
            ("the run beyond that", inference - baseline.One.SecondsPerImage),
            ("softmax, best classes, hand-overs", total - queue - decode - inference),
        ]);

        double Mean(Func<TimedReply, double> figure) => replies.Average(figure);
    }

    /// <param name="loaded">Of the service.</param>
    public static TimeBudget UnderLoad(LoadCell loaded, double decodeSeconds, Baseline baseline) => new(
    [
        ("decoding, measured alone", decodeSeconds),
        ("resampling and cropping, measured alone", baseline.PreprocessingSeconds - decodeSeconds),
        ($"the network, ONNX Runtime alone at batch {Baseline.LargeBatch}", baseline.Eight.CpuSecondsPerImage),
        ("everything else: HTTP, JSON, batching, log, garbage collection", loaded.CpuSecondsPerImage - baseline.PreprocessingSeconds - baseline.Eight.CpuSecondsPerImage),
    ]);

    public MarkdownTable Table(string stage, string unit)
    {
        var table = new MarkdownTable(stage, unit, "share");
        foreach (var (name, seconds) in Stages)
            table.Add(name, Show.Microseconds(seconds), Show.Percent(seconds / Total));
        table.Add("together", Show.Microseconds(Total), Show.Percent(1));
        return table;
    }
}
