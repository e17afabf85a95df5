namespace OrleansOperator.KubeApi.Credentials;

/// <summary>Where credentials come from. They may change from request to request.</summary>
internal interface ICredentialSource
{
    /// <summary>The credentials that are valid now.</summary>
    /// <exception cref="CredentialException">There are none; the message says why, in one line.</exception>
    ValueTask<KubeCredentials> GetAsync(CancellationToken cancellationToken);

    /// <summary>The API server answered 401 to these. If they are still the newest, the next call looks for newer ones.</summary>
    void Refuse(KubeCredentials refused);
}
