using System.Text;
using ResNetService.Api.Security.Keys;

namespace ResNetService.Api.Tests.Security.Keys;

public sealed class KeyHashTests
{
    [Fact]
    public void Hash_IsOfItsKeyAlone()
    {
        var (key, other) = (KeyText.Make(), KeyText.Make());
        var hash = KeyHash.Of(key);

        Assert.True(hash.IsOf(Encoding.UTF8.GetBytes(key)));
        Assert.False(hash.IsOf(Encoding.UTF8.GetBytes(other)));
        Assert.False(hash.IsOf([]));
    }

    [Fact]
    public void Hash_OfTheSameKey_IsAnotherEachTime_AndHoldsNothingOfIt()
    {
        var key = KeyText.Make();
        var (first, second) = (KeyHash.Of(key).ToString(), KeyHash.Of(key).ToString());

        Assert.NotEqual(first, second);
        Assert.DoesNotContain(key, first, StringComparison.Ordinal);
        Assert.True(KeyHash.TryParse(first, out var read));
        Assert.True(read.IsOf(Encoding.UTF8.GetBytes(key)));
    }

    /// <summary>RFC 2104, as Python's hmac computes it: hashes that are kept must stay what they are.</summary>
    [Fact]
    public void Hash_IsHmacSha256()
    {
        Assert.True(KeyHash.TryParse("hmac-sha256:000102030405060708090a0b0c0d0e0f:6622490885d36e75e9a08c665f63356052b230fbaf198cef8276c3ad5056561c", out var hash));

        Assert.True(hash.IsOf("a key"u8));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("hmac-sha256")]
    [InlineData("sha256:000102030405060708090a0b0c0d0e0f:7cfef692a9b98c15172e00a6cc80195d73eab0a12a9d3ad5aff1abf2a1165517")]
    [InlineData("hmac-sha256:00:7cfef692a9b98c15172e00a6cc80195d73eab0a12a9d3ad5aff1abf2a1165517")]
    [InlineData("hmac-sha256:000102030405060708090a0b0c0d0e0g:7cfef692a9b98c15172e00a6cc80195d73eab0a12a9d3ad5aff1abf2a1165517")]
    [InlineData("hmac-sha256:000102030405060708090a0b0c0d0e0f:7cfe")]
    public void Text_ThatIsNoHash_IsRefused(string? text) => Assert.False(KeyHash.TryParse(text, out _));
}
