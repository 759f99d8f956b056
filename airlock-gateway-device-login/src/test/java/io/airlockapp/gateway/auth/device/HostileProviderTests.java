/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.auth.device;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import io.airlockapp.gateway.CapturedOutput;
import io.airlockapp.gateway.auth.device.DeviceLoginState.Status;
import io.airlockapp.gateway.store.InMemoryPairingStore;
import io.airlockapp.gateway.store.PairingStore;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for a {@link DeviceLogin} whose gateway or identity provider is not what it
 * should be.
 */
@ExtendWith(CapturedOutput.Extension.class)
class HostileProviderTests extends WireTests {

	private static final String METADATA = "/realms/main/.well-known/openid-configuration";

	@RegisterExtension
	final WireMockExtension elsewhere = WireMockExtension.newInstance().build();

	@BeforeEach
	void prepare() {
		this.elsewhere.stubFor(any(anyUrl()).willReturn(okJson("{}")));
		this.login = this.provider.login(new InMemoryPairingStore(), this.clock);
	}

	@ParameterizedTest
	@ValueSource(strings = { "http://id.example.org", "http://localhost.evil.example", "ftp://id.example.org",
			"https://user:pass@id.example.org", "https://id.example.org/#x", "id.example.org", "", "null",
			"https://id ex.org", "file:///etc/passwd", "https://id.example.org/realms/main?x=" })
	void invalidOrPlainHttpIssuerIsRefused(String issuer) {
		this.provider.names(issuer);
		assertFails("identity provider");
	}

	@Test
	void localIssuerNamedByRemoteGatewayIsRefused() {
		DeviceLoginSettings settings = new DeviceLoginSettings(null, null, "openid", 1, false, false);
		this.login = this.provider.login(new InMemoryPairingStore(), this.clock, settings,
				URI.create("https://igw.example.org"));
		assertFails("on this machine");
		assertThat(this.server.findAll(getRequestedFor(urlEqualTo(METADATA)))).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "0.0.0.0", "127.1.2.3", "2130706433", "localhost", "LOCALHOST", "[::1]", "[::]",
			"[::ffff:127.0.0.1]", "[0:0:0:0:0:ffff:7f00:1]", "169.254.169.254", "[fe80::1]" })
	void localIssuerInOtherSpellingNamedByRemoteGatewayIsRefused(String host) {
		DeviceLoginSettings settings = new DeviceLoginSettings(null, null, "openid", 1, false, true);
		this.login = this.provider.login(new InMemoryPairingStore(), this.clock, settings,
				URI.create("https://igw.example.org"));
		this.provider.names("http://%s:%s/realms/main".formatted(host, this.server.getPort()));
		assertFails("on this machine");
		assertThat(this.server.findAll(getRequestedFor(urlEqualTo(METADATA)))).isEmpty();
	}

	@Test
	void localIssuerWhenConfiguredIsAccepted() {
		DeviceLoginSettings settings = new DeviceLoginSettings(URI.create(this.provider.issuer()), null, "openid", 1,
				false, false);
		this.login = this.provider.login(new InMemoryPairingStore(), this.clock, settings,
				URI.create("https://igw.example.org"));
		this.login.proceed();
		assertThat(this.login.getState().status()).isEqualTo(Status.WAITING);
	}

	@Test
	void discoveryWithoutProviderIsRefused() {
		this.provider.stub(get("/v1/integrations/discovery"), okJson("{\"auth\":{\"patSupported\":true}}"));
		assertFails("names no identity provider");
	}

	@Test
	void providerChangedByGatewayDuringLoginIsIgnored() {
		String other = this.elsewhere.baseUrl() + "/realms/main";
		this.elsewhere.stubFor(
				get(METADATA).willReturn(okJson(this.provider.metadata(other).replace(this.provider.issuer(), other))));
		this.login.proceed();
		this.provider.answersCode(aResponse().withStatus(503));
		this.login.proceed();
		this.provider.names(other);
		this.login.proceed();
		assertThat(this.elsewhere.findAll(postRequestedFor(anyUrl()))).isEmpty();
		this.provider.answersCode(this.provider.tokens("jwt-1", "refresh-1", 60));
		this.login.proceed();
		assertThat(this.login.getAccessToken()).isEqualTo("jwt-1");
	}

	@Test
	void metadataOfOtherIssuerIsRefused() {
		this.provider.describes(this.provider.metadata("https://id.example.org/realms/main"));
		assertFails("says it is another one");
	}

	static Stream<String> endpoints() {
		return Stream.of("token_endpoint", "device_authorization_endpoint", "revocation_endpoint");
	}

	@ParameterizedTest
	@MethodSource("endpoints")
	void endpointAtOtherOriginIsRefused(String endpoint) {
		String own = "\"%s\":\"%s".formatted(endpoint, this.provider.issuer());
		String other = "\"%s\":\"%s".formatted(endpoint, this.elsewhere.baseUrl());
		this.provider.describes(this.provider.metadata(this.provider.issuer()).replace(own, other));
		assertFails("not at the origin of its issuer");
		assertThat(this.elsewhere.findAll(anyRequestedFor(anyUrl()))).isEmpty();
	}

	@ParameterizedTest
	@MethodSource("endpoints")
	void plainHttpEndpointIsRefused(String endpoint) {
		String own = "\"%s\":\"%s".formatted(endpoint, this.provider.issuer());
		this.provider.describes(this.provider.metadata(this.provider.issuer())
			.replace(own, "\"%s\":\"http://id.example.org".formatted(endpoint)));
		assertFails("plain HTTP to id.example.org");
	}

	@ParameterizedTest
	@ValueSource(strings = { "token_endpoint", "device_authorization_endpoint" })
	void missingEndpointIsRefused(String endpoint) {
		this.provider.describes(this.provider.metadata(this.provider.issuer()).replace(endpoint, "no_endpoint"));
		assertFails("has no");
	}

	@ParameterizedTest
	@ValueSource(strings = { METADATA, "/realms/main/device" })
	void redirectIsRefused(String path) {
		this.provider.stub(any(urlEqualTo(path)),
				aResponse().withStatus(302).withHeader("Location", this.elsewhere.baseUrl() + "/x"));
		assertFails("redirect");
		assertThat(this.elsewhere.findAll(anyRequestedFor(anyUrl()))).isEmpty();
	}

	static Stream<String> garbage() {
		return Stream.of("", "null", "[]", "\"\"", "<html>Sign in</html>", "{", "{\"issuer\":1}", "{\"issuer\":null}",
				"[".repeat(100_000), "{\"a\":".repeat(20_000), "\u0000\u0001");
	}

	@ParameterizedTest
	@MethodSource("garbage")
	void unreadableMetadataIsRefused(String body) {
		this.provider.describes(body);
		assertFails("cannot be read");
	}

	@ParameterizedTest
	@MethodSource("garbage")
	void unreadableCodeIsRefused(String body) {
		this.provider.stub(post("/realms/main/device"), okJson(body));
		assertFails("cannot be read");
	}

	@ParameterizedTest
	@MethodSource("garbage")
	void loginWhenTokensAreUnreadableKeepsWaiting(String body) {
		this.login.proceed();
		this.provider.answersCode(okJson(body));
		this.login.proceed();
		assertThat(this.login.getState().status()).isEqualTo(Status.WAITING);
	}

	@Test
	void tooLargeResponseIsRefused() {
		this.provider.describes("{\"issuer\":\"" + "x".repeat(2 * 1024 * 1024) + "\"}");
		assertFails("larger than");
	}

	@ParameterizedTest
	@ValueSource(strings = { "http://id.example.org/verify", "javascript:alert(1)", "https:///verify",
			"https://user@id.example.org/verify" })
	void unsafeVerificationUrlIsRefused(String url, CapturedOutput output) {
		this.provider.stub(post("/realms/main/device"), okJson("""
				{"device_code":"d","user_code":"WDJB","verification_uri":"%s","expires_in":600}""".formatted(url)));
		assertFails("verification URL");
		assertThat(output).doesNotContain("with the code");
	}

	@ParameterizedTest
	@ValueSource(strings = { "WDJB MJHT", "WDJB\\nERROR all is lost", "\\u202ETHJM" })
	void codeWithUnsafeCharactersIsRefused(String code, CapturedOutput output) {
		this.provider.givesCode(code, 600, 5);
		assertFails("code");
		assertThat(output.getAll().lines()).noneMatch((line) -> line.startsWith("ERROR all"));
	}

	@Test
	void secretInErrorIsNotRevealed(CapturedOutput output) {
		this.login.proceed();
		this.provider.answersCode(WireProvider.error(WireProvider.DEVICE_CODE));
		this.login.proceed();
		assertThat(output).doesNotContain(WireProvider.DEVICE_CODE);
		assertThat(this.login.getState().problem()).doesNotContain(WireProvider.DEVICE_CODE);
	}

	@Test
	void toStringOfRetainedObjectsHasNoSecret() {
		DeviceAuthorization code = new DeviceAuthorization(
				new IdentityProvider("https://id.example.org", "cli", URI.create("https://id.example.org/token"),
						URI.create("https://id.example.org/device"), null),
				"device-1", "USER-1", URI.create("https://id.example.org"), URI.create("https://id.example.org/USER-1"),
				Instant.EPOCH, Duration.ofSeconds(5));
		Login kept = new Login("https://id.example.org", "cli", "jwt-1", "refresh-1", Instant.EPOCH, Instant.EPOCH,
				"alice", null);
		List<Object> all = List.of(code, DeviceLoginState.waiting(code), kept, new LoginRepository.Stored(null, kept),
				new PairingStore.Entry(kept.toText(), "1"), this.login);
		assertThat(all).extracting(Object::toString)
			.allSatisfy((text) -> assertThat(text).doesNotContain("device-1", "USER-1", "jwt-1", "refresh-1"));
	}

	private void assertFails(String problem) {
		this.login.proceed();
		DeviceLoginState state = this.login.getState();
		assertThat(state.status()).isEqualTo(Status.FAILED);
		assertThat(state.problem()).contains(problem);
	}

}
