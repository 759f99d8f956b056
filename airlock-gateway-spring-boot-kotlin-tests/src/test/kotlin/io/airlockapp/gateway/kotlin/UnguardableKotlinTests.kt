package io.airlockapp.gateway.kotlin

import io.airlockapp.gateway.approval.RequiresAirlockApproval
import io.airlockapp.gateway.approval.UnguardableMethodException
import io.airlockapp.gateway.autoconfigure.AirlockApprovalAutoConfiguration
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.emptyFlow
import org.assertj.core.api.Assertions.assertThat
import org.junit.jupiter.params.ParameterizedTest
import org.junit.jupiter.params.provider.Arguments
import org.junit.jupiter.params.provider.Arguments.arguments
import org.junit.jupiter.params.provider.MethodSource
import org.junit.jupiter.params.provider.ValueSource
import org.springframework.boot.autoconfigure.AutoConfigurations
import org.springframework.boot.test.context.runner.ApplicationContextRunner
import java.io.File
import java.lang.reflect.Method
import java.net.URLClassLoader

/**
 * What can't be guarded is refused at start, with what to do about it.
 */
class UnguardableKotlinTests {

	private val contextRunner = ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(AirlockApprovalAutoConfiguration::class.java))

	@ParameterizedTest
	@MethodSource("beans")
	fun doesNotStart(type: Class<*>, message: String) {
		contextRunner.withBean(type).run { context ->
			assertThat(context.startupFailure).rootCause()
				.isInstanceOf(UnguardableMethodException::class.java)
				.hasMessageContaining(message)
		}
	}

	@ParameterizedTest
	@ValueSource(strings = ["kotlinx-coroutines-reactor", "kotlin-reflect"])
	fun namesTheLibraryWithoutWhichNobodyCanWait(library: String) {
		val classPath = System.getProperty("java.class.path").split(File.pathSeparator)
			.filterNot { File(it).name.startsWith(library) }
			.map { File(it).toURI().toURL() }
		URLClassLoader(classPath.toTypedArray(), ClassLoader.getPlatformClassLoader()).use { loader ->
			val obstacle = loader.loadClass("io.airlockapp.gateway.approval.AsynchronousTypes")
				.getDeclaredMethod("obstacle", Method::class.java, Class::class.java)
				.apply { isAccessible = true }
			val desk = loader.loadClass(RefundDesk::class.java.name)
			assertThat(obstacle.invoke(null, desk.methods.first { it.name == "refundLater" }, desk)).asString()
				.contains(library)
		}
	}

	class Closed {

		@RequiresAirlockApproval("Pay")
		fun pay() = Unit

	}

	open class Suspending {

		@RequiresAirlockApproval("Pay")
		open suspend fun pay(): Flow<String> = emptyFlow()

	}

	open class Taking {

		@RequiresAirlockApproval("Pay")
		open suspend fun pay(orders: Flow<String>) = orders

	}

	companion object {

		@JvmStatic
		fun beans(): List<Arguments> = listOf(
				arguments(Closed::class.java, "the method is final"),
				arguments(Suspending::class.java,
						"a suspending function that returns a kotlinx.coroutines.flow.Flow; return the value itself"),
				arguments(Taking::class.java, "it takes a kotlinx.coroutines.flow.Flow"))

	}

}
