using Microsoft.Playwright;

namespace ResNetService.Browser.Tests;

/// <summary>The ways by which a photograph comes to the page, as the browser itself brings it.</summary>
public sealed class IntakeTests(Chromium chromium, TwoModels models) : IClassFixture<TwoModels>
{
    [Fact]
    public Task Keyboard_Alone_GoesFromTheStartToTheAnswerAndItsCopy() => Visit.InAsync(chromium, models.Service, async visit =>
    {
        // Early, since the browser hands over its dialog only some time after it was asked for it.
        var chosen = new TaskCompletionSource<IFileChooser>();
        visit.Page.FileChooser += (_, chooser) => chosen.TrySetResult(chooser);
        await visit.OpenAsync();
        await visit.Page.Keyboard.PressAsync("Tab");
        await Assertions.Expect(visit.Page.GetByRole(AriaRole.Link, new() { Name = "Skip to the photographs" })).ToBeFocusedAsync();
        await visit.Page.Keyboard.PressAsync("Enter");
        await visit.Page.Keyboard.PressAsync("Tab");
        await Assertions.Expect(visit.Page.Locator("#files")).ToBeFocusedAsync();
        Assert.NotEqual("none", await visit.Page.Locator("label[for=files]").EvaluateAsync<string>("label => getComputedStyle(label).outlineStyle"));

        await visit.Page.Keyboard.PressAsync("Enter");
        var chooser = await chosen.Task.WaitAsync(TimeSpan.FromMilliseconds(Chromium.LongestWait), TestContext.Current.CancellationToken);
        Assert.True(chooser.IsMultiple);
        await chooser.SetFilesAsync(Pictures.Red());
        await Visit.HasAsync(visit.Page.Locator(".bars li").First, "red");

        await PressUntilFocusedAsync(visit, visit.Button("Copy JSON"));
        await visit.Page.Keyboard.PressAsync("Enter");
        await Visit.HasAsync(visit.Page.Locator("#spoken"), "Copied: JSON of red.png");
        Assert.Contains("\"predictions\"", await visit.ClipboardAsync(), StringComparison.Ordinal);
    });

    [Fact]
    public Task Clipboard_WithAPicture_IsPasted() => Visit.InAsync(chromium, models.Service, async visit =>
    {
        await visit.OpenAsync();
        await visit.Page.EvaluateAsync(
            """
            async bytes => navigator.clipboard.write([new ClipboardItem({ 'image/png': new Blob([new Uint8Array(bytes)], { type: 'image/png' }) })])
            """,
            Pictures.Blue().Buffer.Select(value => (int)value).ToArray());
        await visit.Page.Keyboard.PressAsync("Control+V");

        await Visit.HasAsync(visit.Page.Locator(".bars li").First, "blue");
    });

    [Fact]
    public async Task Drop_OfAFileAndAFolder_TakesThePicturesInBoth()
    {
        var folder = Directory.CreateTempSubdirectory("resnet-drop-");
        try
        {
            var inner = folder.CreateSubdirectory("inner");
            await File.WriteAllBytesAsync(Path.Combine(inner.FullName, "blue.png"), Pictures.Blue().Buffer, TestContext.Current.CancellationToken);
            await File.WriteAllBytesAsync(Path.Combine(inner.FullName, "notes.txt"), Pictures.Text().Buffer, TestContext.Current.CancellationToken);
            var file = Path.Combine(folder.FullName, "red.png");
            await File.WriteAllBytesAsync(file, Pictures.Red().Buffer, TestContext.Current.CancellationToken);

            await Visit.InAsync(chromium, models.Service, async visit =>
            {
                await visit.OpenAsync();
                await visit.DropAsync(file, inner.FullName);

                await Visit.HasAsync(visit.Card("red.png").Locator(".bars li").First, "red");
                await Visit.HasAsync(visit.Card("blue.png").Locator(".bars li").First, "blue");
                await Assertions.Expect(visit.Page.Locator(".card")).ToHaveCountAsync(2);
            });
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Drop_OfAFolder_LosesNoPictureAndNoFileBesideIt()
    {
        var folder = Directory.CreateTempSubdirectory("resnet-drop-");
        try
        {
            var pictures = folder.CreateSubdirectory("pictures");
            var texts = folder.CreateSubdirectory("texts");
            var file = Path.Combine(folder.FullName, "notes.txt");
            foreach (var path in new[] { file, Path.Combine(pictures.FullName, "phone.heic"), Path.Combine(texts.FullName, "more.txt") })
                await File.WriteAllBytesAsync(path, Pictures.Text().Buffer, TestContext.Current.CancellationToken);

            await Visit.InAsync(chromium, models.Service, async visit =>
            {
                await visit.OpenAsync();
                await visit.DropAsync(texts.FullName);
                await Visit.HasAsync(visit.Page.GetByRole(AriaRole.Alert), "No pictures in what was dropped.");

                await visit.DropAsync(file, pictures.FullName, texts.FullName);
                await Visit.HasAsync(visit.Card("notes.txt"), "This is not a picture that the service can read.");
                await Visit.HasAsync(visit.Card("phone.heic"), "This is not a picture that the service can read.");
                await Assertions.Expect(visit.Page.Locator(".card")).ToHaveCountAsync(2);
                await Assertions.Expect(visit.Page.GetByRole(AriaRole.Alert)).ToBeHiddenAsync();
            });
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public Task Camera_Still_IsAnswered() => Visit.InAsync(
        chromium, models.Service,
        async visit =>
        {
            await visit.OpenAsync();
            await visit.Button("Use the camera").ClickAsync();
            await visit.Button("Take photograph").ClickAsync();

            await Assertions.Expect(visit.Card("camera-1.jpg").Locator(".bars li")).ToHaveCountAsync(3);
            await Assertions.Expect(visit.Page.GetByRole(AriaRole.Dialog)).ToBeHiddenAsync();
            Assert.True(await visit.Page.Locator("video").EvaluateAsync<bool>("video => video.srcObject === null"));
        },
        new() { Permissions = ["camera"] });

    [Fact]
    public Task Camera_OpenedTwiceWhileItStarts_IsOffOnceClosed() => Visit.InAsync(
        chromium, models.Service,
        async visit =>
        {
            await visit.Page.AddInitScriptAsync(
                """
                const { getUserMedia } = navigator.mediaDevices;
                const { stop } = MediaStreamTrack.prototype;
                const stopped = new Set();
                window.arrivals = [];
                navigator.mediaDevices.getUserMedia = async (wanted) => {
                  const stream = await getUserMedia.call(navigator.mediaDevices, wanted);
                  await new Promise((arrive) => { document.body.dataset.started = window.arrivals.push(arrive); });
                  return stream;
                };
                MediaStreamTrack.prototype.stop = function () {
                  document.body.dataset.stopped = stopped.add(this).size;
                  stop.call(this);
                };
                """);
            await visit.OpenAsync();
            var body = visit.Page.Locator("body");
            await visit.Button("Use the camera").ClickAsync();
            await Assertions.Expect(body).ToHaveAttributeAsync("data-started", "1");
            await visit.Page.Keyboard.PressAsync("Escape");
            await visit.Button("Use the camera").ClickAsync();
            await Assertions.Expect(body).ToHaveAttributeAsync("data-started", "2");
            await visit.Page.EvaluateAsync("window.arrivals[1]()");
            await Assertions.Expect(visit.Button("Take photograph")).ToBeFocusedAsync();
            await visit.Page.EvaluateAsync("window.arrivals[0]()");
            await visit.Page.Keyboard.PressAsync("Escape");

            await Assertions.Expect(body).ToHaveAttributeAsync("data-stopped", "2");

            await visit.Button("Use the camera").ClickAsync();
            await Assertions.Expect(visit.Button("Close")).ToBeFocusedAsync();
        },
        new() { Permissions = ["camera"] });

    [Fact]
    public Task Camera_BesideAnother_GivesWayToIt() => Visit.InAsync(
        chromium, models.Service,
        async visit =>
        {
            await visit.Page.AddInitScriptAsync(
                """
                const { getUserMedia, enumerateDevices } = navigator.mediaDevices;
                window.wanted = [];
                navigator.mediaDevices.getUserMedia = ({ video }) => {
                  window.wanted.push(video.deviceId?.exact);
                  return getUserMedia.call(navigator.mediaDevices, { video: true });
                };
                navigator.mediaDevices.enumerateDevices = async () =>
                  [...(await enumerateDevices.call(navigator.mediaDevices)), { kind: 'videoinput', deviceId: 'second' }];
                """);
            await visit.OpenAsync();
            await visit.Button("Use the camera").ClickAsync();
            await visit.Button("Other camera").ClickAsync();
            await Assertions.Expect(visit.Button("Take photograph")).ToBeEnabledAsync();

            Assert.Equal([null, "second"], await visit.Page.EvaluateAsync<string?[]>("window.wanted"));
        },
        new() { Permissions = ["camera"] });

    [Fact]
    public Task Camera_WithoutAnother_OffersNone() => Visit.InAsync(
        chromium, models.Service,
        async visit =>
        {
            await visit.OpenAsync();
            await visit.Button("Use the camera").ClickAsync();
            await Assertions.Expect(visit.Button("Take photograph")).ToBeFocusedAsync();

            await Assertions.Expect(visit.Button("Other camera")).ToBeHiddenAsync();
        },
        new() { Permissions = ["camera"] });

    [Fact]
    public Task Camera_Forbidden_SaysWhatToDo() => Visit.InAsync(chromium, models.Service, async visit =>
    {
        // The browser of the tests allows every camera.
        await visit.Page.AddInitScriptAsync("navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('no', 'NotAllowedError'); }");
        await visit.OpenAsync();
        await visit.Button("Use the camera").ClickAsync();

        await Visit.HasAsync(visit.Page.GetByRole(AriaRole.Dialog), "The browser may not use the camera. Allow it in the settings of this page and try again.");
        await Assertions.Expect(visit.Button("Take photograph")).ToBeDisabledAsync();
        await visit.Page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(visit.Button("Use the camera")).ToBeFocusedAsync();
    });

    private static async Task PressUntilFocusedAsync(Visit visit, ILocator wanted)
    {
        for (var presses = 0; presses < 20; presses++)
        {
            await visit.Page.Keyboard.PressAsync("Tab");
            if (await wanted.EvaluateAsync<bool>("button => button === document.activeElement"))
                return;
        }

        Assert.Fail("20 presses of Tab did not reach it.");
    }
}
