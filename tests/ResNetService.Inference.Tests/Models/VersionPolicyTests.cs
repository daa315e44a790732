using System.ComponentModel.DataAnnotations;
using ResNetService.Inference.Models;

namespace ResNetService.Inference.Tests.Models;

public sealed class VersionPolicyTests
{
    [Theory]
    [InlineData("")]
    [InlineData("newest")]
    [InlineData("latest:0")]
    [InlineData("latest:")]
    [InlineData("1,,2")]
    [InlineData("-1")]
    [InlineData("0")]
    [InlineData("1;2")]
    public void Parse_NoPolicy_IsNull(string text) => Assert.Null(VersionPolicy.Parse(text));

    [Theory]
    [InlineData("latest", 1)]
    [InlineData(" latest:3 ", 3)]
    [InlineData("all", int.MaxValue)]
    [InlineData("1, 4", int.MaxValue)]
    public void Parse_Policy_SaysHowMany(string text, int most) => Assert.Equal(most, VersionPolicy.Parse(text)!.Most);

    [Fact]
    public void Options_Mistaken_AreReportedAllAtOnce()
    {
        var options = new ModelsOptions { Versions = "some", VersionsOf = { ["a"] = "none" }, Aliases = { ["../x"] = "a", ["x"] = "y", ["y"] = "a" } };
        var faults = new List<ValidationResult>();

        Validator.TryValidateObject(options, new(options), faults, validateAllProperties: true);

        Assert.Equal(
            [
                "Models:Versions is 'some'; it must be latest, latest:N, all, or versions as 1,3.",
                "Models:VersionsOf:a is 'none'; it must be latest, latest:N, all, or versions as 1,3.",
                "Models:Aliases has '../x', which must be 1 to 100 letters, digits, '-', '_' or '.', beginning with a letter or digit.",
                "Models:Aliases:x is 'y', an alias itself; it must be a model, name or name:version.",
            ],
            faults.Select(fault => fault.ErrorMessage));
    }
}
