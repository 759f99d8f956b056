/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.flows;

import java.io.File;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import io.airlockapp.gateway.simulator.PendingRequest;
import io.airlockapp.gateway.simulator.SimulatedFault;
import io.airlockapp.gateway.simulator.SimulatorCall;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.http.client.ClientHttpRequestFactoryBuilder;
import org.springframework.boot.http.client.HttpComponentsClientHttpRequestFactoryBuilder;
import org.springframework.boot.http.client.autoconfigure.HttpClientAutoConfiguration;
import org.springframework.boot.restclient.autoconfigure.RestClientAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.core.task.SimpleAsyncTaskExecutor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Neither what else is on the class path nor a proxy's limits reduce how many decisions
 * can be waited for. Apache HttpClient, which Spring Boot prefers, is on this class path.
 */
class HttpClientChoiceTests extends SimulatorTests {

	private static final int MANY = 40;

	private static final Path NGINX = Path.of("/usr/sbin/nginx");

	private final ApplicationContextRunner contextRunner = runner(Service.class)
		.withConfiguration(AutoConfigurations.of(SslAutoConfiguration.class, HttpClientAutoConfiguration.class,
				RestClientAutoConfiguration.class))
		.withPropertyValues("airlock.gateway.rate-limit.requests=100000", "airlock.gateway.approval.poll-timeout=30s");

	@Test
	void apacheOnTheClassPathDoesNotThrottleWaits() {
		assertThat(ClientHttpRequestFactoryBuilder.detect())
			.isInstanceOf(HttpComponentsClientHttpRequestFactoryBuilder.class);
		this.contextRunner.run(this::decideMany);
	}

	@Test
	void apacheOnTheClassPathDoesNotResendSubmissions() {
		approveAll();
		this.simulator.failNext(SimulatorCall.SUBMIT_ARTIFACT,
				SimulatedFault.status(429).withHeader("Retry-After", "1"));
		this.contextRunner.run((context) -> {
			context.getBean(Service.class).act(1);
			assertThat(this.simulator.requests(SimulatorCall.SUBMIT_ARTIFACT)).hasSize(2);
			Duration pause = Duration.between(this.simulator.requests(SimulatorCall.SUBMIT_ARTIFACT).get(0).at(),
					this.simulator.requests(SimulatorCall.SUBMIT_ARTIFACT).get(1).at());
			assertThat(pause).isGreaterThanOrEqualTo(Duration.ofMillis(900));
		});
	}

	@Test
	void aProxyWithFewStreamsPerConnectionDoesNotFailWaits(@TempDir Path directory) throws Exception {
		assumeTrue(Files.isExecutable(NGINX), "SKIPPED: no nginx is installed");
		int port = freePort();
		Process nginx = startNginx(directory, port);
		try {
			this.contextRunner
				.withPropertyValues("airlock.gateway.base-url=https://localhost:" + port,
						"airlock.gateway.ssl.bundle=proxy",
						"spring.ssl.bundle.pem.proxy.truststore.certificate=file:" + directory.resolve("cert.pem"))
				.run(this::decideMany);
		}
		finally {
			nginx.destroy();
			nginx.waitFor(10, TimeUnit.SECONDS);
		}
	}

	private void decideMany(ApplicationContext context) throws Exception {
		Service service = context.getBean(Service.class);
		SimpleAsyncTaskExecutor callers = new SimpleAsyncTaskExecutor("caller-");
		List<Future<Integer>> results = new ArrayList<>();
		for (int i = 0; i < MANY; i++) {
			int number = i;
			results.add(callers.submit(() -> service.act(number)));
		}
		List<PendingRequest> pending = this.simulator.awaitPending(MANY, Duration.ofSeconds(30));
		await().atMost(Duration.ofSeconds(30))
			.until(() -> this.simulator.requests(SimulatorCall.WAIT_FOR_DECISION).size() >= MANY);
		pending.forEach((request) -> this.simulator.approve(request.requestId()));
		for (int i = 0; i < MANY; i++) {
			assertThat(results.get(i).get(30, TimeUnit.SECONDS)).isEqualTo(i);
		}
	}

	private Process startNginx(Path directory, int port) throws Exception {
		run(directory, "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "key.pem", "-out",
				"cert.pem", "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost");
		Files.writeString(directory.resolve("nginx.conf"), """
				daemon off;
				pid nginx.pid;
				error_log error.log;
				events { worker_connections 1024; }
				http {
					access_log off;
					client_body_temp_path body;
					proxy_temp_path proxy;
					fastcgi_temp_path fastcgi;
					uwsgi_temp_path uwsgi;
					scgi_temp_path scgi;
					http2 on;
					http2_max_concurrent_streams 4;
					server {
						listen 127.0.0.1:%d ssl;
						ssl_certificate cert.pem;
						ssl_certificate_key key.pem;
						location / {
							proxy_pass %s;
							proxy_http_version 1.1;
							proxy_read_timeout 90s;
						}
					}
				}
				""".formatted(port, this.simulator.baseUrl()));
		Process nginx = new ProcessBuilder(NGINX.toString(), "-p", directory.toString(), "-c", "nginx.conf", "-e",
				"error.log")
			.directory(directory.toFile())
			.redirectErrorStream(true)
			.redirectOutput(directory.resolve("nginx.log").toFile())
			.start();
		await().atMost(Duration.ofSeconds(10)).until(() -> isListening(port));
		return nginx;
	}

	private static void run(Path directory, String... command) throws Exception {
		Process process = new ProcessBuilder(command).directory(directory.toFile())
			.redirectErrorStream(true)
			.redirectOutput(new File(directory.toFile(), "command.log"))
			.start();
		assertThat(process.waitFor()).isZero();
	}

	private static boolean isListening(int port) {
		try (Socket socket = new Socket("127.0.0.1", port)) {
			return socket.isConnected();
		}
		catch (IOException ex) {
			return false;
		}
	}

	private static int freePort() throws IOException {
		try (ServerSocket socket = new ServerSocket(0)) {
			return socket.getLocalPort();
		}
	}

	static class Service {

		@RequiresAirlockApproval("Act")
		public int act(int number) {
			return number;
		}

	}

}
