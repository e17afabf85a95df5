using System.Net;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using OrleansOperator.Silo.Admin;
using OrleansOperator.Silo.Hosting;
using OrleansOperator.Silo.Settings;

namespace OrleansOperator.Silo.Tests.Admin;

/// <summary>Browsers and programs at an admin address that is open to the network, over real HTTP.</summary>
public sealed class AdminSignInTests : IAsyncLifetime
{
    private const string Token = "0123456789abcdef0123456789abcdef";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sign-in-");
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });
    private WebApplication _app = null!;
    private string _admin = "", _probes = "";

    public async ValueTask InitializeAsync()
    {
        var file = Path.Combine(_folder.FullName, "token");
        await File.WriteAllTextAsync(file, Token, TestContext.Current.CancellationToken);
        (_admin, _probes) = ($"http://127.0.0.1:{FreePort.Next()}", $"http://127.0.0.1:{FreePort.Next()}");
        var settings = new SiloSettings { Urls = [_probes], AdminUrls = [_admin.Replace("127.0.0.1", "*", StringComparison.Ordinal)], AdminTokenFile = file };
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseSiloListeners(settings);
        builder.Services.AddSingleton<TimeProvider>(_time);
        builder.Services.AddAdminPages(settings);
        _app = builder.Build();
        _app.UseAdminPages(settings);
        _app.Run(context => context.Response.WriteAsync("served"));
        await _app.StartAsync(TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _app.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_program_sends_the_token_as_a_header()
    {
        Assert.Equal(HttpStatusCode.OK, (await GetAsync("/api/objects", bearer: Token)).StatusCode);

        var refused = await GetAsync("/api/objects", bearer: "something else");
        Assert.Equal((HttpStatusCode.Unauthorized, "This is not the token.\n"), (refused.StatusCode, await TextAsync(refused)));
        var without = await GetAsync("/api/objects");
        Assert.Equal(HttpStatusCode.Unauthorized, without.StatusCode);
        Assert.Equal("Bearer", Assert.Single(without.Headers.WwwAuthenticate).Scheme);
        Assert.Equal(HttpStatusCode.Unauthorized, (await GetAsync($"/api/objects?token={Token}&access_token={Token}")).StatusCode);
    }

    [Fact]
    public async Task Probes_need_no_token() => Assert.Equal(HttpStatusCode.OK, (await _http.GetAsync(new Uri(_probes + "/healthz"), TestContext.Current.CancellationToken)).StatusCode);

    [Fact]
    public async Task A_browser_gets_a_form_and_for_the_token_a_session()
    {
        var form = await GetAsync("/objects/foo?page=2&q=\"<b>\"", html: true);
        Assert.Equal(HttpStatusCode.Unauthorized, form.StatusCode);
        var html = await TextAsync(form);
        Assert.Contains("""<form method="post" action="/sign-in">""", html, StringComparison.Ordinal);
        Assert.Contains("""name="to" value="/objects/foo?page=2&amp;q=%22%3Cb%3E%22">""", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>", html, StringComparison.Ordinal);

        var signedIn = await SignInAsync(Token, "/objects/foo?page=2");

        Assert.Equal((HttpStatusCode.SeeOther, "/objects/foo?page=2"), (signedIn.StatusCode, signedIn.Headers.Location?.OriginalString));
        var cookie = Assert.Single(signedIn.Headers.GetValues("Set-Cookie"));
        Assert.Matches("^orleans-operator-session=[0-9]+\\.[A-Za-z0-9_-]+; max-age=43200; path=/; samesite=strict; httponly$", cookie);
        Assert.DoesNotContain(Token, cookie, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await GetAsync("/", html: true, cookie: cookie.Split(';')[0])).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await GetAsync("/", html: true, cookie: "orleans-operator-session=9999999999.AAAA")).StatusCode);
        _time.Advance(AdminToken.SessionLength);
        Assert.Equal(HttpStatusCode.Unauthorized, (await GetAsync("/", html: true, cookie: cookie.Split(';')[0])).StatusCode);
    }

    [Theory]
    [InlineData("//evil.example.com")]
    [InlineData("https://evil.example.com")]
    [InlineData("/\\evil.example.com")]
    [InlineData("javascript:alert(1)")]
    [InlineData("/a\r\nSet-Cookie: b=c")]
    [InlineData("")]
    public async Task A_sign_in_leads_to_no_other_site(string to)
    {
        var signedIn = await SignInAsync(Token, to);

        Assert.Equal((HttpStatusCode.SeeOther, "/"), (signedIn.StatusCode, signedIn.Headers.Location?.OriginalString));
    }

    [Fact]
    public async Task Wrong_tokens_are_limited_for_an_address()
    {
        for (var i = 0; i < FailedAttempts.Most; i++)
        {
            var refused = await SignInAsync($"wrong {i}", "/");
            Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
            Assert.Contains("This is not the token.", await TextAsync(refused), StringComparison.Ordinal);
        }

        var limited = await SignInAsync(Token, "/");
        Assert.Equal(HttpStatusCode.TooManyRequests, limited.StatusCode);
        Assert.Equal(TimeSpan.FromMinutes(1), limited.Headers.RetryAfter?.Delta);
        Assert.False(limited.Headers.Contains("Set-Cookie"));
        Assert.Equal(HttpStatusCode.TooManyRequests, (await GetAsync("/", bearer: Token)).StatusCode);

        _time.Advance(FailedAttempts.Window);
        Assert.Equal(HttpStatusCode.SeeOther, (await SignInAsync(Token, "/")).StatusCode);
    }

    [Fact]
    public async Task A_form_that_is_none_is_a_bad_request()
    {
        using var json = new StringContent("{}", MediaTypeHeaderValue.Parse("application/json"));
        Assert.Equal(HttpStatusCode.BadRequest, (await _http.PostAsync(new Uri(_admin + "/sign-in"), json, TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await SignInAsync(new string('x', 20_000), "/")).StatusCode);
    }

    [Theory]
    [InlineData("/", "style-src 'self';")]
    [InlineData("/dashboard/", "style-src 'self' 'unsafe-inline';")]
    public async Task Pages_come_with_what_a_browser_may_do_with_them(string path, string style)
    {
        var response = await GetAsync(path, bearer: Token);

        string Header(string name) => Assert.Single(response.Headers.GetValues(name));
        Assert.Contains(style, Header("Content-Security-Policy"), StringComparison.Ordinal);
        Assert.Contains("default-src 'none'; script-src 'self';", Header("Content-Security-Policy"), StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", Header("Content-Security-Policy"), StringComparison.Ordinal);
        Assert.Equal(("nosniff", "DENY", "same-origin"), (Header("X-Content-Type-Options"), Header("X-Frame-Options"), Header("Cross-Origin-Resource-Policy")));
        Assert.False(response.Headers.Contains("Server"));
    }

    private Task<HttpResponseMessage> GetAsync(string path, string? bearer = null, bool html = false, string? cookie = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, _admin + path);
        if (bearer is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", bearer);
        if (html)
            request.Headers.Accept.ParseAdd("text/html,*/*;q=0.8");
        if (cookie is not null)
            request.Headers.Add("Cookie", cookie);
        return _http.SendAsync(request, TestContext.Current.CancellationToken);
    }

    private async Task<HttpResponseMessage> SignInAsync(string token, string to)
    {
        using var form = new FormUrlEncodedContent(new Dictionary<string, string> { ["token"] = token, ["to"] = to });
        return await _http.PostAsync(new Uri(_admin + "/sign-in"), form, TestContext.Current.CancellationToken);
    }

    private static Task<string> TextAsync(HttpResponseMessage response) => response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
}
