/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.client;

import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

import io.airlockapp.gateway.AirlockGatewayTemplate;
import io.airlockapp.gateway.ApprovalJournal;
import io.airlockapp.gateway.ApprovalListener;
import io.airlockapp.gateway.ApprovalSettings;
import io.airlockapp.gateway.Enforcer;
import io.airlockapp.gateway.GatewayRequestExecutor;
import io.airlockapp.gateway.approvers.ApproverGroups;
import io.airlockapp.gateway.auth.AccessTokens;
import io.airlockapp.gateway.auth.GatewayCredentials;
import io.airlockapp.gateway.auth.IdentityInterceptor;
import io.airlockapp.gateway.client.http.GatewayRequestFactory;
import io.airlockapp.gateway.client.ratelimit.GatewayRateLimiter;
import io.airlockapp.gateway.exchange.ApprovalDependencies;
import io.airlockapp.gateway.exchange.PendingApprovals;
import io.airlockapp.gateway.exchange.PendingLimits;
import io.airlockapp.gateway.halt.Halt;
import io.airlockapp.gateway.harp.DecisionVerifier;
import io.airlockapp.gateway.harp.InMemoryReplayJournal;
import io.airlockapp.gateway.harp.SignatureForm;
import io.airlockapp.gateway.support.Ticker;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

import org.springframework.core.task.SimpleAsyncTaskExecutor;

/**
 * Clients of a gateway, assembled without Spring Boot and closed after the tests of a
 * class.
 */
public final class GatewayClients implements AfterAllCallback {

	/**
	 * The personal access token of every client.
	 */
	public static final String PAT = "airpat_of-the-tests";

	private static final Duration READ_TIMEOUT = Duration.ofSeconds(10);

	private final List<GatewayRequestFactory> requestFactories = new ArrayList<>();

	/**
	 * Return the template of a new client that has {@link #PAT}.
	 * @param baseUrl the gateway
	 * @return the template
	 */
	public AirlockGatewayTemplate withPat(String baseUrl) {
		return withPat(baseUrl, READ_TIMEOUT);
	}

	/**
	 * Return the template of a new client that has {@link #PAT}.
	 * @param baseUrl the gateway
	 * @param readTimeout how long a request may take
	 * @return the template
	 */
	public AirlockGatewayTemplate withPat(String baseUrl, Duration readTimeout) {
		return with(new GatewayCredentials(PAT, null, null, null, null), baseUrl, readTimeout);
	}

	/**
	 * Return the template of a new client that has {@link #PAT} and client credentials.
	 * @param baseUrl the gateway
	 * @return the template
	 */
	public AirlockGatewayTemplate withPatAndClient(String baseUrl) {
		return with(new GatewayCredentials(PAT, null, "client-1", "secret-1", null), baseUrl, READ_TIMEOUT);
	}

	/**
	 * Return the template of a new client that has {@link #PAT}.
	 * @param baseUrl the gateway
	 * @param connectTimeout how long it may take to connect
	 * @param readTimeout how long a request may take
	 * @return the template
	 */
	public AirlockGatewayTemplate withPat(String baseUrl, Duration connectTimeout, Duration readTimeout) {
		return with(new GatewayCredentials(PAT, null, null, null, null), baseUrl, connectTimeout, readTimeout);
	}

	private AirlockGatewayTemplate with(GatewayCredentials credentials, String baseUrl, Duration readTimeout) {
		return with(credentials, baseUrl, READ_TIMEOUT, readTimeout);
	}

	private AirlockGatewayTemplate with(GatewayCredentials credentials, String baseUrl, Duration connectTimeout,
			Duration readTimeout) {
		URI uri = URI.create(baseUrl.endsWith("/") ? baseUrl.substring(0, baseUrl.length() - 1) : baseUrl);
		GatewayRequestFactory requestFactory = new GatewayRequestFactory(
				(executor) -> HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).executor(executor).build(),
				connectTimeout, readTimeout);
		this.requestFactories.add(requestFactory);
		GatewayRateLimiter rateLimiter = new GatewayRateLimiter(1_000_000, Duration.ofSeconds(1), Ticker.system());
		InstantSource clock = InstantSource.system();
		AirlockGatewayApi api = AirlockGatewayApiFactory.create(uri, requestFactory, (builder) -> {
		}, (own) -> own.requestInterceptor(new IdentityInterceptor(uri, credentials,
				new AccessTokens(credentials, null, Duration.ZERO, Ticker.system()))));
		Enforcer enforcer = new Enforcer("refunds", "refunds", "refunds", "default", "", "refunds");
		return new ApprovalDependencies(enforcer,
				new ApprovalSettings(Duration.ofMinutes(5), Duration.ofSeconds(25), "command.review"), (name) -> null,
				new DecisionVerifier(Set.of(SignatureForm.values()), new InMemoryReplayJournal(), clock),
				new PendingApprovals(PendingLimits.of(10), Duration.ofSeconds(1), Halt.inMemory()),
				new GatewayRequestExecutor(rateLimiter), ApprovalJournal.none(), ApprovalListener.of(List.of()),
				new SimpleAsyncTaskExecutor("approval-"), (task) -> task, () -> null, clock, Ticker.system(),
				ThreadLocalRandom.current(), ApproverGroups.none())
			.createTemplate(api);
	}

	@Override
	public void afterAll(ExtensionContext context) {
		this.requestFactories.forEach(GatewayRequestFactory::close);
		this.requestFactories.clear();
	}

}
