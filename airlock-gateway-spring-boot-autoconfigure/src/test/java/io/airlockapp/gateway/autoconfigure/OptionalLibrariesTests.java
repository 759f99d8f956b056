/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.autoconfigure;

import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.Banner;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.AutoConfigurationImportSelector;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.core.annotation.AnnotationAttributes;
import org.springframework.core.type.AnnotationMetadata;
import org.springframework.util.function.ThrowingSupplier;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that an application without a library that is optional starts and is guarded.
 */
@Tag("slow")
class OptionalLibrariesTests {

	@ParameterizedTest
	@ValueSource(strings = { "spring-jdbc-,spring-boot-jdbc-", "spring-tx-,spring-jdbc-,spring-boot-jdbc-",
			"spring-boot-health-,spring-boot-actuator-", "spring-boot-actuator-",
			"airlock-gateway-device-login,oauth2-oidc-sdk-",
			"spring-security-oauth2-client-,airlock-gateway-device-login,oauth2-oidc-sdk-",
			"spring-security-oauth2-client-,spring-security-oauth2-core-,spring-security-core-,spring-security-web-",
			"spring-boot-webmvc-,spring-webmvc-", "spring-boot-webflux-,spring-webflux-",
			"jakarta.servlet-api-,spring-webmvc-,spring-webflux-", "reactor-core-", "reactor-core-,reactive-streams-",
			"context-propagation-", "spring-ai-", "hibernate-core-,spring-boot-hibernate-",
			"spring-orm-,spring-boot-jpa-,spring-boot-hibernate-,hibernate-core-,jakarta.persistence-api-" })
	void startsAndDeniesWithoutLibrary(String libraries) throws Exception {
		assertThat(call(Application.class, libraries)).startsWith("ApprovalUnavailableException");
	}

	@Test
	void deviceLoginWithoutItsModuleNamesTheDependencyToAdd() throws Exception {
		assertThat(call(DeviceLoginApplication.class, "airlock-gateway-device-login,oauth2-oidc-sdk-"))
			.contains("airlock.gateway.auth.device-login.enabled", "there is no support for device login");
	}

	@Test
	void clientRegistrationWithoutLibraryNamesProperty() throws Exception {
		assertThat(call(ClientRegistrationApplication.class,
				"spring-security-oauth2-client-,spring-security-oauth2-core-,spring-security-core-"))
			.contains("airlock.gateway.auth.client-registration-id", "not on the class path");
	}

	private static String call(Class<?> type, String missingLibraries) throws Exception {
		ClassLoader original = Thread.currentThread().getContextClassLoader();
		try (URLClassLoader classLoader = classPathWithout(missingLibraries.split(","))) {
			Thread.currentThread().setContextClassLoader(classLoader);
			Callable<?> application = (Callable<?>) Class.forName(type.getName(), true, classLoader)
				.getDeclaredConstructor()
				.newInstance();
			return String.valueOf(application.call());
		}
		finally {
			Thread.currentThread().setContextClassLoader(original);
		}
	}

	private static URLClassLoader classPathWithout(String... libraries) throws IOException {
		String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
		String[] entries = classPath.split(File.pathSeparator);
		URL[] urls = Arrays.stream(entries)
			.filter((entry) -> Arrays.stream(libraries).noneMatch((library) -> isOf(library, entry)))
			.map(OptionalLibrariesTests::url)
			.toArray(URL[]::new);
		assertThat(urls).hasSizeLessThanOrEqualTo(entries.length - libraries.length);
		return new URLClassLoader(urls, ClassLoader.getPlatformClassLoader());
	}

	/**
	 * Return whether an entry is the library's JAR, or the directory of its module.
	 */
	private static boolean isOf(String library, String entry) {
		return StreamSupport.stream(Path.of(entry).spliterator(), false)
			.anyMatch((name) -> name.toString().startsWith(library));
	}

	private static URL url(String entry) {
		return ThrowingSupplier.of(() -> new File(entry).toURI().toURL()).get();
	}

	// Public, since it is called from another class loader
	@Configuration(proxyBeanMethods = false)
	@Import({ NeighbouringAutoConfigurations.class, Vault.class })
	public static class Application implements Callable<String> {

		@Override
		public String call() throws Exception {
			try (ConfigurableApplicationContext context = new SpringApplicationBuilder(Application.class)
				.web(WebApplicationType.NONE)
				.bannerMode(Banner.Mode.OFF)
				.run()) {
				context.getBean(Vault.class)
					.openLater()
					.handle((value, ex) -> assertThat(ex).isInstanceOf(ApprovalUnavailableException.class))
					.get(20, TimeUnit.SECONDS);
				return context.getBean(Vault.class).open();
			}
			catch (AirlockGatewayException ex) {
				return ex.getClass().getSimpleName();
			}
		}

	}

	// Public, since it is called from another class loader
	@Configuration(proxyBeanMethods = false)
	@Import(NeighbouringAutoConfigurations.class)
	public static class DeviceLoginApplication implements Callable<String> {

		@Override
		public String call() {
			return failure(DeviceLoginApplication.class, "airlock.gateway.auth.device-login.enabled=true");
		}

	}

	// Public, since it is called from another class loader
	@Configuration(proxyBeanMethods = false)
	@Import(NeighbouringAutoConfigurations.class)
	public static class ClientRegistrationApplication implements Callable<String> {

		@Override
		public String call() {
			return failure(ClientRegistrationApplication.class, "airlock.gateway.auth.client-registration-id=airlock");
		}

	}

	private static String failure(Class<?> application, String property) {
		try {
			new SpringApplicationBuilder(application).web(WebApplicationType.NONE)
				.bannerMode(Banner.Mode.OFF)
				.properties(property)
				.run()
				.close();
			return "started";
		}
		catch (RuntimeException ex) {
			return NestedExceptionUtils.getMostSpecificCause(ex).getMessage();
		}
	}

	/**
	 * All auto-configurations that have to do with those of this project. The others of
	 * Spring Boot would make the tests slow.
	 */
	static class NeighbouringAutoConfigurations extends AutoConfigurationImportSelector {

		private static final Pattern NAMES = Pattern
			.compile(".*(airlockapp|restclient|http\\.client|jackson|ssl|actuate|health|micrometer|jdbc|transaction"
					+ "|task|availability|webmvc|webflux|security).*");

		@Override
		protected AnnotationAttributes getAttributes(AnnotationMetadata metadata) {
			return new AnnotationAttributes(Map.of("exclude", new String[0], "excludeName", new String[0]));
		}

		@Override
		protected List<String> getCandidateConfigurations(AnnotationMetadata metadata,
				AnnotationAttributes attributes) {
			return super.getCandidateConfigurations(metadata, attributes).stream()
				.filter((name) -> NAMES.matcher(name).matches())
				.collect(Collectors.toCollection(ArrayList::new));
		}

	}

	static class Vault {

		@RequiresAirlockApproval
		public String open() {
			return "open";
		}

		@RequiresAirlockApproval
		public CompletableFuture<String> openLater() {
			return CompletableFuture.completedFuture("open");
		}

	}

}
