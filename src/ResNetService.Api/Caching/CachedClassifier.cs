using ResNetService.Inference.Classification;
using ResNetService.Inference.Models;

namespace ResNetService.Api.Caching;

internal sealed class CachedClassifier(IImageClassifier inner, CachedAnswers answers) : IImageClassifier
{
    public void EnsureRoom(ModelChoice model) => inner.EnsureRoom(model);

    public async Task<ClassificationResponse> ClassifyAsync(ClassificationRequest request, CancellationToken cancellationToken)
    {
        var (model, results, timings, tag) = await answers.GetAsync($"classify {request.TopK}", request.Model, request.Images, request.Deadline, async (images, lease, left) =>
        {
            var response = await inner.ClassifyAsync(request with { Images = images, Model = lease, Deadline = left }, cancellationToken);
            return (response.Results, response.Timings);
        }, cancellationToken);
        return new(model, results, timings) { Tag = tag };
    }
}
