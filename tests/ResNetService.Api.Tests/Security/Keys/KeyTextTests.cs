using ResNetService.Api.Security.Keys;

namespace ResNetService.Api.Tests.Security.Keys;

public sealed class KeyTextTests
{
    [Fact]
    public void Key_HasItsPrefix_AndIsAnotherEachTime()
    {
        string[] keys = [.. Enumerable.Range(0, 50).Select(_ => KeyText.Make())];

        Assert.All(keys, key => Assert.Matches("^rns_[0-9A-Za-z]{49}$", key));
        Assert.All(keys, key => Assert.True(KeyText.IsOne(key)));
        Assert.Equal(keys.Length, keys.Distinct().Count());
    }

    [Fact]
    public void Key_WithOneLetterChangedOrTwoSwapped_IsNone()
    {
        var key = KeyText.Make();

        Assert.All(Enumerable.Range(0, key.Length), i => Assert.False(KeyText.IsOne(key[..i] + (key[i] == 'x' ? 'y' : 'x') + key[(i + 1)..]), $"character {i}"));
        Assert.All(
            Enumerable.Range(0, key.Length - 1).Where(i => key[i] != key[i + 1]),
            i => Assert.False(KeyText.IsOne($"{key[..i]}{key[i + 1]}{key[i]}{key[(i + 2)..]}"), $"characters {i} and {i + 1}"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("rns_")]
    [InlineData("rns_0000000000000000000000000000000000000000000000000")]
    [InlineData("ключ_00000000000000000000000000000000000000000000000")]
    public void Text_OfAnotherShape_IsNone(string text) => Assert.False(KeyText.IsOne(text));

    /// <summary>Keys that are in use must stay keys.</summary>
    [Fact]
    public void Key_OfAnEarlierRelease_IsOne() => Assert.True(KeyText.IsOne("rns_3cYpdgqnXMym3Tj3Up6WyBNaocdspDVIZXAgXmO0I1W1nBoCH"));
}
