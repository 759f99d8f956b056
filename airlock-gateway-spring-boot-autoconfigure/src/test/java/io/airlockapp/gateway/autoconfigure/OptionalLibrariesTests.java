package io.airlockapp.gateway.autoconfigure;

import java.io.File;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.Arrays;
import java.util.concurrent.Callable;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.Banner;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that an application without a library that is optional starts and is guarded.
 */
class OptionalLibrariesTests {

	@ParameterizedTest
	@ValueSource(strings = { "spring-jdbc-,spring-boot-jdbc-", "spring-tx-,spring-jdbc-,spring-boot-jdbc-",
			"spring-boot-health-,spring-boot-actuator-", "spring-boot-actuator-", "spring-ai-" })
	void startsAndDeniesWithout(String libraries) throws Exception {
		ClassLoader original = Thread.currentThread().getContextClassLoader();
		try (URLClassLoader classLoader = classPathWithout(libraries.split(","))) {
			Thread.currentThread().setContextClassLoader(classLoader);
			Callable<?> application = (Callable<?>) Class.forName(Application.class.getName(), true, classLoader)
				.getDeclaredConstructor()
				.newInstance();
			assertThat(application.call()).asString().startsWith("ApprovalUnavailableException");
		}
		finally {
			Thread.currentThread().setContextClassLoader(original);
		}
	}

	private static URLClassLoader classPathWithout(String... libraries) throws IOException {
		String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
		String[] entries = classPath.split(File.pathSeparator);
		URL[] urls = Arrays.stream(entries)
			.filter((entry) -> Arrays.stream(libraries).noneMatch(new File(entry).getName()::startsWith))
			.map(OptionalLibrariesTests::url)
			.toArray(URL[]::new);
		assertThat(urls).hasSizeLessThanOrEqualTo(entries.length - libraries.length);
		return new URLClassLoader(urls, ClassLoader.getPlatformClassLoader());
	}

	private static URL url(String entry) {
		try {
			return new File(entry).toURI().toURL();
		}
		catch (MalformedURLException ex) {
			throw new IllegalArgumentException(ex);
		}
	}

	// Public, since it is called from another class loader
	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import(Vault.class)
	public static class Application implements Callable<String> {

		@Override
		public String call() {
			try (ConfigurableApplicationContext context = new SpringApplicationBuilder(Application.class)
				.web(WebApplicationType.NONE)
				.bannerMode(Banner.Mode.OFF)
				.run()) {
				return context.getBean(Vault.class).open();
			}
			catch (AirlockGatewayException ex) {
				return ex.getClass().getSimpleName();
			}
		}

	}

	static class Vault {

		@RequiresAirlockApproval
		public String open() {
			return "open";
		}

	}

}
