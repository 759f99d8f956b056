/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.client.http;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.atomic.AtomicBoolean;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.http.HttpMethod;
import org.springframework.http.client.ClientHttpResponse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link GatewayRequest} with a client whose future is not completed in time.
 */
@Timeout(60)
class GatewayRequestTests {

	private static final URI GATEWAY = URI.create("http://localhost/v1/exchanges");

	private final ForkJoinPool pool = new ForkJoinPool(1);

	private final CompletableFuture<HttpResponse<byte[]>> future = new CompletableFuture<>() {

		@Override
		public Executor defaultExecutor() {
			return GatewayRequestTests.this.pool;
		}

	};

	private final HttpClient client = mock();

	@Test
	void completeResponseIsReturnedWhileThreadsOfTheCommonPoolAreBusy() throws IOException {
		respond("approved");
		try (ClientHttpResponse response = execute(Duration.ofSeconds(20))) {
			assertThat(response.getStatusCode().value()).isEqualTo(200);
			assertThat(response.getBody()).hasContent("approved");
		}
		assertThat(this.future).as("its cancellation closes the connection").isNotCancelled();
	}

	@Test
	void responseThatIsTooLargeFailsWhileThreadsOfTheCommonPoolAreBusy() {
		respond("x".repeat(LimitedBodySubscriber.MAX_BYTES + 1));
		assertThatExceptionOfType(IOException.class).isThrownBy(() -> execute(Duration.ofSeconds(20)))
			.withMessageContaining("larger than");
		assertThat(this.future).isCancelled();
	}

	@Test
	void workerOfAPoolRunsNoOtherTaskWhileItWaits() {
		given(this.client.<byte[]>sendAsync(any(), any())).willReturn(this.future);
		AtomicBoolean helped = new AtomicBoolean();
		this.pool.submit(() -> {
			CompletableFuture.runAsync(() -> helped.set(true), this.pool);
			assertThatExceptionOfType(HttpTimeoutException.class).isThrownBy(() -> execute(Duration.ofMillis(100)));
			assertThat(helped).isFalse();
		}).join();
		assertThat(this.future).isCancelled();
	}

	private void respond(String body) {
		given(this.client.<byte[]>sendAsync(any(), any())).willAnswer((call) -> {
			BodyHandler<byte[]> handler = call.getArgument(1);
			BodySubscriber<byte[]> subscriber = handler.apply(new Head());
			subscriber.onSubscribe(mock());
			subscriber.onNext(List.of(ByteBuffer.wrap(body.getBytes(StandardCharsets.UTF_8))));
			subscriber.onComplete();
			return this.future;
		});
	}

	private ClientHttpResponse execute(Duration readTimeout) throws IOException {
		given(this.client.followRedirects()).willReturn(HttpClient.Redirect.NEVER);
		GatewayRequestFactory factory = new GatewayRequestFactory((executor) -> this.client, readTimeout, readTimeout);
		return factory.createRequest(GATEWAY, HttpMethod.GET).execute();
	}

	private static final class Head implements HttpResponse.ResponseInfo {

		@Override
		public int statusCode() {
			return 200;
		}

		@Override
		public HttpHeaders headers() {
			return HttpHeaders.of(Map.of(), (name, value) -> true);
		}

		@Override
		public HttpClient.Version version() {
			return HttpClient.Version.HTTP_1_1;
		}

	}

}
