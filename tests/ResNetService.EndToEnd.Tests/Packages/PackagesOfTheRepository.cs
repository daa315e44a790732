namespace ResNetService.EndToEnd.Tests.Packages;

/// <summary>Tests of the packed libraries, which are packed once for all.</summary>
[CollectionDefinition(Name)]
public sealed class PackagesOfTheRepository : ICollectionFixture<PackageFeed>
{
    public const string Name = "packages of the repository";
}
