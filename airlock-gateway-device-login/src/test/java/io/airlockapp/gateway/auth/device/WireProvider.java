/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.auth.device;

import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;

import com.github.tomakehurst.wiremock.client.MappingBuilder;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.client.WireMock;
import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import io.airlockapp.gateway.client.AirlockGatewayApi;
import io.airlockapp.gateway.client.AirlockGatewayApiFactory;
import io.airlockapp.gateway.client.http.GatewayRequestFactory;
import io.airlockapp.gateway.client.ratelimit.GatewayRateLimiter;
import io.airlockapp.gateway.store.PairingStore;
import io.airlockapp.gateway.support.Ticker;

import static com.github.tomakehurst.wiremock.client.WireMock.containing;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.jsonResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.matching;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;

/**
 * An identity provider, and the gateway that names it, on the wire.
 */
final class WireProvider {

	static final String DEVICE_CODE = "device-code-0123456789abcdef";

	static final String USER_CODE = "WDJB-MJHT";

	private final WireMockExtension server;

	private final Duration requestTimeout;

	WireProvider(WireMockExtension server) {
		this(server, Duration.ofSeconds(5));
	}

	WireProvider(WireMockExtension server, Duration requestTimeout) {
		this.server = server;
		this.requestTimeout = requestTimeout;
		names(issuer());
		describes(metadata(issuer()));
		givesCode(USER_CODE, 600, 5);
		answersCode(pending());
	}

	String issuer() {
		return this.server.baseUrl() + "/realms/main";
	}

	void names(String issuer) {
		stub(get("/v1/integrations/discovery"), okJson("""
				{"idp":{"baseUrl":"%s","clientId":"shop-cli"},"auth":{"patSupported":true}}""".formatted(issuer)));
	}

	void describes(String metadata) {
		stub(get("/realms/main/.well-known/openid-configuration"), okJson(metadata));
	}

	String metadata(String issuer) {
		return """
				{"issuer":"%s","token_endpoint":"%s/token","device_authorization_endpoint":"%s/device",
				"revocation_endpoint":"%s/revoke"}""".formatted(issuer, issuer(), issuer(), issuer());
	}

	void givesCode(String userCode, int lifetime, int interval) {
		stub(post("/realms/main/device"), okJson("""
				{"device_code":"%s","user_code":"%s","verification_uri":"%s/verify",
				"verification_uri_complete":"%s/verify?user_code=%s","expires_in":%d,"interval":%d}"""
			.formatted(DEVICE_CODE, userCode, issuer(), issuer(), userCode, lifetime, interval)));
	}

	void answersCode(ResponseDefinitionBuilder answer) {
		stub(post("/realms/main/token").withRequestBody(containing("device_code")), answer);
	}

	void answersRenewal(String refreshToken, ResponseDefinitionBuilder answer) {
		stub(post("/realms/main/token").withRequestBody(matching(".*refresh_token=" + refreshToken + "(&.*)?")),
				answer);
	}

	void stub(MappingBuilder call, ResponseDefinitionBuilder answer) {
		this.server.stubFor(call.willReturn(answer));
	}

	static ResponseDefinitionBuilder pending() {
		return error("authorization_pending");
	}

	static ResponseDefinitionBuilder error(String code) {
		return jsonResponse("{\"error\":\"%s\",\"error_description\":\"about %s\"}".formatted(code, DEVICE_CODE), 400);
	}

	ResponseDefinitionBuilder tokens(String accessToken, String refreshToken, int lifetime) {
		return okJson("""
				{"access_token":"%s","refresh_token":"%s","token_type":"Bearer","expires_in":%d,"id_token":"%s"}"""
			.formatted(accessToken, refreshToken, lifetime, idToken(issuer(), "shop-cli")));
	}

	String idToken(String issuer, String audience) {
		return base64("{\"alg\":\"RS256\"}") + "." + base64("""
				{"iss":"%s","aud":"%s","sub":"4711","preferred_username":"alice"}""".formatted(issuer, audience)) + "."
				+ base64("signature");
	}

	private static String base64(String text) {
		return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
	}

	List<LoggedRequest> calls(String endpoint) {
		return this.server.findAll(postRequestedFor(urlEqualTo("/realms/main/" + endpoint)));
	}

	List<LoggedRequest> renewals() {
		return this.server.findAll(WireMock.postRequestedFor(urlEqualTo("/realms/main/token"))
			.withRequestBody(containing("grant_type=refresh_token")));
	}

	/**
	 * Return a device login of an application at the gateway.
	 */
	DeviceLogin login(PairingStore store, MutableClock clock) {
		return login(store, clock, new DeviceLoginSettings(null, null, "openid profile email", 3, false, false));
	}

	DeviceLogin login(PairingStore store, MutableClock clock, DeviceLoginSettings settings) {
		return login(store, clock, settings, URI.create(this.server.baseUrl()));
	}

	/**
	 * Return a device login of an application that believes its gateway to be elsewhere.
	 */
	DeviceLogin login(PairingStore store, MutableClock clock, DeviceLoginSettings settings, URI gateway) {
		GatewayRequestFactory requestFactory = new GatewayRequestFactory(
				(executor) -> HttpClient.newBuilder().executor(executor).version(HttpClient.Version.HTTP_1_1).build(),
				this.requestTimeout, this.requestTimeout);
		AirlockGatewayApi api = AirlockGatewayApiFactory.create(URI.create(this.server.baseUrl()), requestFactory,
				(builder) -> {
				}, (own) -> {
				});
		GatewayRateLimiter rateLimiter = new GatewayRateLimiter(1_000_000, Duration.ofSeconds(1), Ticker.system());
		return new DeviceLogin(settings, new GatewayDiscovery(api, gateway, rateLimiter), requestFactory,
				this.requestTimeout, store, clock, clock);
	}

}
