using OrleansOperator.DevCluster.Authentication;

namespace OrleansOperator.DevCluster.Tests.Authentication;

public sealed class TokenFileTests
{
    [Fact]
    public void A_line_is_a_user_with_a_uid_and_groups()
    {
        var users = TokenFile.Parse("# users\nt1,jane,42,\"developers, testers\"\n\nt2,joe,\nt3,\"ann\",7,admins\n");

        Assert.Equal(["jane 42 developers+testers t1", "joe   t2", "ann 7 admins t3"],
            users.Select(user => $"{user.Name} {user.Uid} {string.Join('+', user.Groups)} {user.Token}"));
    }

    [Theory]
    [InlineData("t1,jane", "line 1 has 2 columns and needs at least 3: token,user,uid,\"group1,group2\"")]
    [InlineData("\n,jane,1", "line 2 has a token that is empty or not printable ASCII without spaces")]
    [InlineData("a b,jane,1", "line 1 has a token that is empty or not printable ASCII without spaces")]
    [InlineData("t1,,1", "line 1 has no user name")]
    [InlineData("t1,jane,1,\"a", "line 1 has a quote that is not closed")]
    [InlineData("t1,\"jane\"x,1", "line 1 has text after a closing quote")]
    [InlineData("t1,jane,1\nt1,joe,2", "line 2 repeats the token of an earlier line")]
    public void A_wrong_line_is_named_with_the_reason(string text, string why) =>
        Assert.Equal(why, Assert.Throws<FormatException>(() => TokenFile.Parse(text)).Message);
}
