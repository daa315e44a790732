namespace ResNetService.EndToEnd.Tests;

/// <summary>Tests that run the SDK on the sources: one after the other, since they write the same output.</summary>
[CollectionDefinition(Name)]
public sealed class BuildsOfTheRepository
{
    public const string Name = "builds of the repository";
}
