using ResNetService.Inference.Classification;

namespace ResNetService.Fuzz.Targets.Http;

/// <summary>There is room for everything; nothing is asked.</summary>
internal sealed class IdleClassifier : IImageClassifier
{
    public void EnsureRoom(string? model)
    {
    }

    public Task<ClassificationResponse> ClassifyAsync(ClassificationRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();
}
