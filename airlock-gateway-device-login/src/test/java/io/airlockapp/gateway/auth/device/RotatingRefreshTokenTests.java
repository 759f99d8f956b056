/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.auth.device;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.GatewayRequestExecutor;
import io.airlockapp.gateway.auth.AccessTokens;
import io.airlockapp.gateway.auth.GatewayCredentials;
import io.airlockapp.gateway.client.GatewayError;
import io.airlockapp.gateway.client.GatewayResponseException;
import io.airlockapp.gateway.client.ratelimit.GatewayRateLimiter;
import io.airlockapp.gateway.client.ratelimit.RequestPriority;
import io.airlockapp.gateway.store.InMemoryPairingStore;
import io.airlockapp.gateway.store.PairingStore;
import io.airlockapp.gateway.support.Ticker;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.mock.http.client.MockClientHttpRequest;
import org.springframework.mock.http.client.MockClientHttpResponse;
import org.springframework.http.client.ClientHttpRequest;
import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.http.client.ClientHttpResponse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;

/**
 * Tests for a {@link DeviceLogin} at a provider that ends the login when a refresh token
 * is used again, while callers are interrupted, instances stop, and clocks differ. The
 * provider and the store fail if their thread is interrupted, after they have done their
 * work.
 */
@Timeout(120)
class RotatingRefreshTokenTests {

	private static final String ISSUER = "https://id.example.org";

	private static final URI GATEWAY = URI.create("https://gateway.example.org");

	private static final GatewayDiscovery DISCOVERY = new GatewayDiscovery(mock(), GATEWAY,
			new GatewayRateLimiter(1_000_000, Duration.ofSeconds(1), Ticker.system()));

	private final RotatingProvider provider = new RotatingProvider();

	private final PairingStore store = new InterruptibleStore();

	@ParameterizedTest
	@ValueSource(longs = { 1, 2, 3 })
	void loginOutlivesInterruptsStopsAndClockSkew(long seed) throws Exception {
		Random random = new Random(seed);
		this.store.write(LoginRepository.ENTRY, null,
				new Login(ISSUER, "shop", "jwt-0", "refresh-0", InstantSource.system().instant(),
						InstantSource.system().instant().plusSeconds(3600), "alice", null)
					.toText());
		for (int round = 0; round < 10; round++) {
			List<Instance> instances = new ArrayList<>();
			for (int i = 0; i < 2; i++) {
				instances.add(new Instance(Duration.ofSeconds(random.nextInt(-120, 120))));
			}
			List<Thread> callers = new ArrayList<>();
			for (int i = 0; i < 20; i++) {
				Instance instance = instances.get(random.nextInt(2));
				Thread caller = new Thread(instance::request);
				callers.add(caller);
				caller.start();
				if (random.nextBoolean()) {
					callers.get(random.nextInt(callers.size())).interrupt();
				}
			}
			callers.get(random.nextInt(callers.size())).interrupt();
			for (Instance instance : instances) {
				instance.stop();
			}
			for (Thread caller : callers) {
				caller.join();
			}
			assertThat(this.provider.usedAgain).isEmpty();
		}
		assertThat(this.provider.number).isGreaterThan(1);
		Instance restarted = new Instance(Duration.ZERO);
		assertThat(restarted.login.getAccessToken()).isEqualTo("jwt-" + this.provider.number);
		restarted.stop();
	}

	/**
	 * Instance of the application.
	 */
	private final class Instance {

		private final DeviceLogin login;

		private final DeviceLoginLifecycle lifecycle;

		private final AccessTokens tokens;

		private Instance(Duration skew) {
			Duration timeout = Duration.ofSeconds(10);
			this.login = new DeviceLogin(new DeviceLoginSettings(URI.create(ISSUER), "shop", "openid", 1, false, false),
					DISCOVERY, RotatingRefreshTokenTests.this.provider, timeout, RotatingRefreshTokenTests.this.store,
					InstantSource.offset(InstantSource.system(), skew), Ticker.system());
			this.lifecycle = new DeviceLoginLifecycle(this.login);
			this.lifecycle.start();
			this.tokens = new AccessTokens(GatewayCredentials.NONE, this.login, timeout, Ticker.system());
		}

		/**
		 * Send requests whose token the gateway refuses.
		 */
		private void request() {
			GatewayRequestExecutor executor = new GatewayRequestExecutor(
					new GatewayRateLimiter(1_000_000, Duration.ofSeconds(1), Ticker.system()))
				.identifiedBy(this.tokens);
			for (int i = 0; i < 3; i++) {
				AtomicInteger sent = new AtomicInteger();
				try {
					executor.executeNullable(RequestPriority.SHORT, Duration.ofSeconds(10), () -> {
						if (sent.incrementAndGet() == 1) {
							throw new GatewayResponseException(new GatewayError(401, null, null, null, null));
						}
						return null;
					});
				}
				catch (AirlockGatewayException ex) {
					// Interrupted, refreshed by the other instance, or stopped
				}
			}
		}

		private void stop() {
			this.lifecycle.stop();
			this.tokens.close();
		}

	}

	/**
	 * Provider that accepts each refresh token once.
	 */
	private static final class RotatingProvider implements ClientHttpRequestFactory {

		private static final Pattern REFRESH_TOKEN = Pattern.compile("refresh_token=refresh-(\\d+)");

		private final List<String> usedAgain = new CopyOnWriteArrayList<>();

		private volatile int number;

		@Override
		public ClientHttpRequest createRequest(URI uri, HttpMethod method) {
			return new MockClientHttpRequest(method, uri) {

				@Override
				protected ClientHttpResponse executeInternal() throws IOException {
					return respond(uri, getBodyAsString());
				}

			};
		}

		private ClientHttpResponse respond(URI uri, String body) throws IOException {
			if (uri.getPath().endsWith("/openid-configuration")) {
				return response(200, """
						{"issuer":"%1$s","token_endpoint":"%1$s/token",
						"device_authorization_endpoint":"%1$s/device"}""".formatted(ISSUER));
			}
			Matcher matcher = REFRESH_TOKEN.matcher(body);
			if (!matcher.find()) {
				return response(400, "{\"error\":\"access_denied\"}");
			}
			int fresh = rotate(Integer.parseInt(matcher.group(1)));
			try {
				// The response is on its way
				new CountDownLatch(1).await(3, TimeUnit.MILLISECONDS);
			}
			catch (InterruptedException ex) {
				throw new InterruptedIOException();
			}
			return (fresh > 0) ? response(200, """
					{"access_token":"jwt-%1$s","refresh_token":"refresh-%1$s","token_type":"Bearer",
					"expires_in":3600}""".formatted(fresh)) : response(400, "{\"error\":\"invalid_grant\"}");
		}

		private static ClientHttpResponse response(int status, String body) {
			MockClientHttpResponse response = new MockClientHttpResponse(body.getBytes(StandardCharsets.UTF_8), status);
			response.getHeaders().setContentType(MediaType.APPLICATION_JSON);
			return response;
		}

		private synchronized int rotate(int used) {
			if (used != this.number) {
				this.usedAgain.add("refresh-" + used);
				return 0;
			}
			return ++this.number;
		}

	}

	/**
	 * Store whose writes fail after they have been made, if the thread is interrupted.
	 */
	private static final class InterruptibleStore implements PairingStore {

		private final PairingStore delegate = new InMemoryPairingStore();

		@Override
		public @Nullable Entry read(String name) {
			return checked(this.delegate.read(name));
		}

		@Override
		public boolean write(String name, @Nullable Entry expected, @Nullable String text) {
			return Boolean.TRUE.equals(checked(this.delegate.write(name, expected, text)));
		}

		private static <T> @Nullable T checked(@Nullable T result) {
			if (Thread.currentThread().isInterrupted()) {
				throw new AirlockGatewayException("The connection is closed by an interrupt", null, null);
			}
			return result;
		}

	}

}
