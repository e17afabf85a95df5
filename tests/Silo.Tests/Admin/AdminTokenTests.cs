using Microsoft.Extensions.Time.Testing;
using OrleansOperator.Silo.Admin;
using OrleansOperator.Silo.Settings;
using OrleansOperator.Silo.Tests.Support;

namespace OrleansOperator.Silo.Tests.Admin;

public sealed class AdminTokenTests : IDisposable
{
    private const string Good = "0123456789abcdef0123456789abcdef", Next = "fedcba9876543210fedcba9876543210";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("token-");
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch);
    private readonly LineLogger<AdminToken> _log = new();

    private string FilePath => Path.Combine(_folder.FullName, "token");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void The_token_is_what_the_file_says_without_the_line_break()
    {
        using var token = Token(Good + "\n");

        Assert.True(token.Matches(Good));
        Assert.False(token.Matches(Good + "x"));
        Assert.False(token.Matches(Good[1..]));
        Assert.False(token.Matches(""));
    }

    [Fact]
    public void A_changed_file_is_read_again_and_ends_the_sessions_of_the_old_token()
    {
        using var token = Token(Good);
        var session = token.NewSession()!;
        Assert.True(token.IsSession(session));

        File.WriteAllText(FilePath, Next);
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal((false, true), (token.Matches(Good), token.Matches(Next)));
        Assert.False(token.IsSession(session));
    }

    [Fact]
    public void A_session_is_no_token_expires_and_cannot_be_made_up()
    {
        using var token = Token(Good);
        var session = token.NewSession()!;

        Assert.DoesNotContain(Good, session, StringComparison.Ordinal);
        Assert.False(token.Matches(session));
        foreach (var forged in (string[])["", ".", "9999999999.", "9999999999." + session.Split('.')[1], "x." + session.Split('.')[1], session + "x", "+" + session, session + ".1"])
            Assert.False(token.IsSession(forged), forged);
        _time.Advance(AdminToken.SessionLength - TimeSpan.FromSeconds(1));
        Assert.True(token.IsSession(session));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.False(token.IsSession(session));
    }

    [Fact]
    public void While_the_file_cannot_be_read_nobody_gets_in()
    {
        using var token = Token(Good);
        var session = token.NewSession()!;
        File.Delete(FilePath);
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.False(token.Matches(Good));
        Assert.False(token.IsSession(session));
        Assert.Null(token.NewSession());
        Assert.Equal($"Error: Nobody can sign in to the admin pages: --admin-token-file: {FilePath} does not exist. (such as {FilePath})", Assert.Single(_log.Lines));

        File.WriteAllText(FilePath, Good);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(token.IsSession(session));
    }

    [Theory]
    [InlineData(null, "does not exist.")]
    [InlineData("", "has a token of 0 characters: use 16 or more, such as from 'openssl rand -hex 32'.")]
    [InlineData(" secret \n", "has a token of 6 characters: use 16 or more, such as from 'openssl rand -hex 32'.")]
    [InlineData("large", "is larger than 4096 bytes: it has to contain the token and nothing else.")]
    public void A_file_that_cannot_be_used_is_named(string? text, string problem)
    {
        if (text is not null)
            File.WriteAllText(FilePath, text == "large" ? new string('x', 5000) : text);

        Assert.Equal($"--admin-token-file: {FilePath} {problem}", Assert.Throws<SettingsException>(() => new AdminToken(FilePath, _time, _log)).Message);
    }

    private AdminToken Token(string text)
    {
        File.WriteAllText(FilePath, text);
        return new AdminToken(FilePath, _time, _log);
    }
}
