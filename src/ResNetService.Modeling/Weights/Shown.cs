using System.Globalization;
using System.Text;

namespace ResNetService.Modeling.Weights;

/// <summary>Text out of an untrusted file, made fit for a message.</summary>
internal static class Shown
{
    private const int MaxLength = 120;

    /// <summary>Control characters, which could rewrite the user's terminal, are escaped; long text is cut.</summary>
    public static string Text(string text)
    {
        var shown = new StringBuilder();
        foreach (var c in text.AsSpan(0, Math.Min(text.Length, MaxLength)))
        {
            if (char.IsControl(c) || char.IsSurrogate(c) || CharUnicodeInfo.GetUnicodeCategory(c) == UnicodeCategory.Format)
                shown.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            else
                shown.Append(c);
        }

        return text.Length > MaxLength ? shown.Append('…').ToString() : shown.ToString();
    }
}
