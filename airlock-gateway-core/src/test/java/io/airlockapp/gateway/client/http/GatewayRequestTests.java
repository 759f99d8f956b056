/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.client.http;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
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
import java.util.concurrent.atomic.AtomicInteger;

import io.airlockapp.gateway.support.Deadline;
import io.airlockapp.gateway.support.VirtualTicker;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.http.HttpMethod;
import org.springframework.http.client.ClientHttpRequest;
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

	private final AtomicInteger clients = new AtomicInteger();

	private GatewayRequestFactory factory;

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

	@ParameterizedTest
	@CsvSource({ "0, 100, 10000, 2", "0, 10000, 500, 2", "0, 10000, 499, 1", "1, 10000, 500, 1" })
	void clientIsReplacedAfterTheSilenceOfAConnection(int hold, int readTimeout, int left, int clients)
			throws IOException {
		respondNothing(() -> {
		}, true);
		assertThatExceptionOfType(HttpTimeoutException.class).isThrownBy(() -> executeSilent(hold, readTimeout, left));
		assertThat(countClients()).isEqualTo(clients);
	}

	@Test
	void clientRemainsIfThereIsNoConnection() throws IOException {
		respondNothing(() -> {
		}, false);
		assertThatExceptionOfType(HttpTimeoutException.class).isThrownBy(() -> executeSilent(0, 100, 10000));
		assertThat(countClients()).isEqualTo(1);
	}

	@Test
	void clientRemainsAfterAnInterrupt() throws IOException {
		respondNothing(Thread.currentThread()::interrupt, true);
		assertThatExceptionOfType(InterruptedIOException.class).isThrownBy(() -> executeSilent(0, 10000, 10000));
		assertThat(Thread.interrupted()).isTrue();
		assertThat(countClients()).isEqualTo(1);
	}

	private void respondNothing(Runnable onSent, boolean connected) {
		given(this.client.<byte[]>sendAsync(any(), any())).willAnswer((call) -> {
			if (connected) {
				call.<HttpRequest>getArgument(0).bodyPublisher().orElseThrow().contentLength();
			}
			onSent.run();
			return this.future;
		});
	}

	private void executeSilent(int hold, int readTimeout, int left) throws IOException {
		ClientHttpRequest request = request(Duration.ofMillis(readTimeout));
		request.getAttributes().put(GatewayRequestFactory.HOLD, Duration.ofSeconds(hold));
		request.getAttributes()
			.put(GatewayRequestFactory.DEADLINE, Deadline.in(Duration.ofMillis(left), new VirtualTicker()));
		request.execute();
	}

	private int countClients() throws IOException {
		this.factory.createRequest(GATEWAY, HttpMethod.GET);
		return this.clients.get();
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
		return request(readTimeout).execute();
	}

	private ClientHttpRequest request(Duration readTimeout) throws IOException {
		given(this.client.followRedirects()).willReturn(HttpClient.Redirect.NEVER);
		this.factory = new GatewayRequestFactory((executor) -> {
			this.clients.incrementAndGet();
			return this.client;
		}, readTimeout, readTimeout);
		return this.factory.createRequest(GATEWAY, HttpMethod.GET);
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
