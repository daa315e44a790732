namespace ResNetService.Inference.Models;

/// <summary>Finds the folder of models however the program was started.</summary>
internal static class ModelsFolder
{
    private const string Name = "models";

    /// <param name="configured">A path, relative to the working directory; null to search.</param>
    /// <param name="startingPoints">Directories at and above which a folder <c>models</c> is looked for, in this order.</param>
    /// <exception cref="ModelsException">There is none.</exception>
    public static string Find(string? configured, params IReadOnlyList<string> startingPoints)
    {
        if (configured is not null)
        {
            var full = Path.GetFullPath(configured);
            return Directory.Exists(full) ? full : throw new ModelsException($"Models:Path is {configured}, and there is no directory {full}.");
        }

        return startingPoints.SelectMany(AtAndAbove).Select(directory => Path.Combine(directory, Name)).FirstOrDefault(Directory.Exists)
            ?? throw new ModelsException($"No folder '{Name}' was found at or above {string.Join(" or ", startingPoints)}; name one in Models:Path.");
    }

    private static IEnumerable<string> AtAndAbove(string directory)
    {
        for (var current = new DirectoryInfo(directory); current is not null; current = current.Parent)
            yield return current.FullName;
    }
}

/// <summary>The service cannot serve any model; the message says why and what would be right.</summary>
public sealed class ModelsException(string message) : Exception(message);
