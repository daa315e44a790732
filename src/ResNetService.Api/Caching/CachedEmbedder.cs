using ResNetService.Inference.Embedding;

namespace ResNetService.Api.Caching;

internal sealed class CachedEmbedder(IImageEmbedder inner, CachedAnswers answers) : IImageEmbedder
{
    public async Task<EmbeddingResponse> EmbedAsync(EmbeddingRequest request, CancellationToken cancellationToken)
    {
        var (model, results, timings, tag) = await answers.GetAsync($"embed {request.Normalize}", request.Model, request.Images, request.Deadline, async (images, lease, left) =>
        {
            var response = await inner.EmbedAsync(request with { Images = images, Model = lease, Deadline = left }, cancellationToken);
            return (response.Results, response.Timings);
        }, cancellationToken);
        return new(model, results, timings) { Tag = tag };
    }
}
