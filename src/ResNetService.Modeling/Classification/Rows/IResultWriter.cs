namespace ResNetService.Modeling.Classification.Rows;

/// <summary>Where results go, one after the other. Disposing completes what was begun.</summary>
internal interface IResultWriter : IDisposable
{
    void Write(FileResult result);
}
