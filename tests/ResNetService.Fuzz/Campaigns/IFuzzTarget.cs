namespace ResNetService.Fuzz.Campaigns;

/// <summary>Something that reads bytes of strangers.</summary>
internal interface IFuzzTarget : IDisposable
{
    /// <summary>As the command line has it.</summary>
    string Name { get; }

    /// <summary>Inputs to begin with, most of them right.</summary>
    IEnumerable<byte[]> Seeds { get; }

    /// <summary>Pieces that mean something to the reader.</summary>
    IReadOnlyList<byte[]> Words { get; }

    /// <summary>Of an input, in bytes.</summary>
    int Longest => 16 * 1024;

    /// <summary>Bytes that a run may allocate, over all of it.</summary>
    long MostAllocated => 32 * 1024 * 1024;

    /// <summary>Reads an input. What is thrown is a finding: the errors that the reader promises are outcomes.</summary>
    /// <returns>A few words for what came of it. One that is new makes the input worth keeping.</returns>
    string Run(byte[] input);
}

/// <summary>A promise that was not held although nothing was thrown.</summary>
internal sealed class BrokenPromiseException(string message) : Exception(message);
