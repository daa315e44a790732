namespace ResNetService.ModelFormat.Json;

/// <summary>Finds the field that somebody meant.</summary>
internal static class NearestWord
{
    /// <summary>The known word with the fewest edits, or null where more than a third of the letters would have to change.</summary>
    public static string? Of(string word, ReadOnlySpan<string> known)
    {
        var letters = Letters(word);
        string? nearest = null;
        var fewest = int.MaxValue;
        foreach (var candidate in known)
        {
            var candidateLetters = Letters(candidate);
            var longest = Math.Max(letters.Length, candidateLetters.Length);
            if (Math.Abs(letters.Length - candidateLetters.Length) * 3 > longest)
                continue;

            var edits = Edits(letters, candidateLetters);
            if (edits * 3 <= longest && edits < fewest)
                (nearest, fewest) = (candidate, edits);
        }

        return nearest;
    }

    /// <summary>crop_pct, CropPct and crop-pct are the same word.</summary>
    private static string Letters(string word) => string.Concat(word.Where(char.IsLetterOrDigit)).ToLowerInvariant();

    /// <summary>Levenshtein distance.</summary>
    private static int Edits(string from, string to)
    {
        var row = new int[to.Length + 1];
        for (var j = 0; j <= to.Length; j++)
            row[j] = j;

        for (var i = 1; i <= from.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= to.Length; j++)
            {
                var substituted = diagonal + (from[i - 1] == to[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(substituted, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[to.Length];
    }
}
