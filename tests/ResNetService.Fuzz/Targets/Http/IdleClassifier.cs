using ResNetService.Inference.Classification;
using ResNetService.Inference.Models;

namespace ResNetService.Fuzz.Targets.Http;

/// <summary>There is room for everything; nothing is asked.</summary>
internal sealed class IdleClassifier : IImageClassifier
{
    public void EnsureRoom(ModelChoice model)
    {
    }

    public Task<ClassificationResponse> ClassifyAsync(ClassificationRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();
}
