using ResNetService.Inference.Explanation;

namespace ResNetService.Api.Caching;

internal sealed class CachedExplainer(IImageExplainer inner, CachedAnswers answers) : IImageExplainer
{
    public async Task<ExplanationResponse> ExplainAsync(ExplanationRequest request, CancellationToken cancellationToken)
    {
        var (model, results, timings, tag) = await answers.GetAsync($"explain {request.Class}", request.Model, request.Images, request.Deadline, async (images, lease, left) =>
        {
            var response = await inner.ExplainAsync(request with { Images = images, Model = lease, Deadline = left }, cancellationToken);
            return (response.Results, response.Timings);
        }, cancellationToken);
        return new(model, results, timings) { Tag = tag };
    }
}
