namespace ResNetService.Inference.Telemetry;

/// <summary>What measurements are told apart by. Models are the catalogue's, never what a caller wrote, and their versions are no tag: the number of series is bounded.</summary>
internal static class Tags
{
    public const string Model = "model";
    public const string Stage = "stage";
    public const string Outcome = "outcome";
    public const string State = "state";
}

/// <summary>Where a request's time goes, in this order.</summary>
internal static class Stages
{
    public const string Read = "read";
    public const string Decode = "decode";
    public const string Queue = "queue";
    public const string Assemble = "assemble";
    public const string Run = "run";
    public const string Postprocess = "postprocess";
}
