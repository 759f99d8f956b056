/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.argument;

import java.io.InputStream;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.security.Principal;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.function.Supplier;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.airlockapp.gateway.approval.AirlockOmitted;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.MappedSuperclass;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.scheduling.annotation.Async;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.userdetails.UserDetails;
import org.springframework.util.ReflectionUtils;
import org.springframework.web.context.request.WebRequest;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link DurableSignatureChecks}.
 */
class DurableSignatureChecksTests {

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			returnsText       | it returns a java.lang.String
			returnsFuture     | it returns a java.util.concurrent.Future
			returnsVoidObject | it returns a java.lang.Void
			asynchronous      | it is @Async
			byMetaAnnotation  | it is @Async
			ofInterface       | it is @Async
			omitted           | is left out by @AirlockOmitted
			object            | has an Object
			objects           | has an Object
			values            | has an Object
			optionalObject    | has an Object
			variable          | is of type V, which the class does not resolve
			variables         | which the class does not resolve
			variableArray     | is of type V, which the class does not resolve
			bounded           | has a java.lang.Comparable without type arguments
			wildcard          | has a wildcard without a bound
			superWildcard     | has a wildcard without a bound
			rawList           | has a java.util.List without type arguments
			rawMap            | has a java.util.Map without type arguments
			rawBox            | Box without type arguments
			rawInside         | has a java.util.List without type arguments
			plainInterface    | Plain, which does not determine the class to rebuild
			plainInterfaces   | Plain, which does not determine the class to rebuild
			abstractClass     | Abstract, which does not determine the class to rebuild
			characters        | has a java.lang.CharSequence, which does not determine the class to rebuild
			anyNumber         | has a java.lang.Number, which does not determine the class to rebuild
			path              | has a java.nio.file.Path, which does not determine the class to rebuild; declare a class
			iterable          | has a java.lang.Iterable, which
			supplier          | has a java.util.function.Supplier, which is code
			comparator        | has a java.util.Comparator, which is code
			ownFunction       | Function, which is code
			entity            | has an entity
			entities          | has an entity
			entityArray       | has an entity
			mapped            | has an entity
			servletRequest    | has a jakarta.servlet.http.HttpServletRequest, which belongs to a request
			webRequest        | WebRequest, which belongs to a request
			headers           | HttpHeaders, which belongs to a request
			authentication    | Authentication, which belongs to a request
			principal         | Principal, which belongs to a request
			user              | User, which belongs to a request
			stream            | which is not data
			queue             | has a java.util.Queue, which has no order of its own
			priorityQueue     | has a java.util.PriorityQueue, which has no order of its own
			hashSet           | has a java.util.HashSet, which has no order of its own
			hashMap           | has a java.util.HashMap, which has no order of its own
			concurrent        | has a java.util.concurrent.ConcurrentHashMap, which has no order of its own
			""")
	void refusesWhatCantBeRebuilt(String name, String reason) {
		assertThat(DurableSignatureChecks.find(method(Target.class, name), Target.class)).contains(reason);
	}

	@Test
	void namesTheParameterAndTheRemedy() {
		assertThat(DurableSignatureChecks.find(method(Target.class, "entity"), Target.class)).isEqualTo(
				"its parameter 'value' has an entity (%s), which would be another one when the call runs; pass its id"
					.formatted(Person.class.getName()));
	}

	@ParameterizedTest
	@ValueSource(strings = { "nothing", "typed", "typedClass", "resolved", "resolvedList", "nested", "collection",
			"box", "extending", "ownVariable", "constant", "ownNumber" })
	void findWhenArgumentsCanBeRebuiltReturnsNull(String name) {
		assertThat(DurableSignatureChecks.find(method(Accepted.class, name), Accepted.class)).isNull();
	}

	@Test
	void refusesMethodsOfAsynchronousClasses() {
		assertThat(DurableSignatureChecks.find(method(Accepted.class, "nothing"), AsynchronousChild.class))
			.startsWith("it is @Async");
		assertThat(DurableSignatureChecks.find(method(AsynchronousChild.class, "more"), AsynchronousChild.class))
			.startsWith("it is @Async");
	}

	private static Method method(Class<?> type, String name) {
		return Arrays.stream(ReflectionUtils.getUniqueDeclaredMethods(type))
			.filter((method) -> method.getName().equals(name))
			.findFirst()
			.orElseThrow();
	}

	interface AsynchronousOperations {

		@Async
		void ofInterface();

	}

	@Async
	@Retention(RetentionPolicy.RUNTIME)
	@interface Background {

	}

	abstract static class Target<V, B extends Comparable<B>> implements AsynchronousOperations {

		abstract String returnsText();

		abstract @Nullable Future<String> returnsFuture();

		abstract @Nullable Void returnsVoidObject();

		@Async
		abstract void asynchronous();

		@Background
		abstract void byMetaAnnotation();

		@Override
		public abstract void ofInterface();

		abstract void omitted(@AirlockOmitted String value);

		abstract void object(Object value);

		abstract void objects(List<Object> value);

		abstract void values(Map<String, List<Object[]>> value);

		abstract void optionalObject(Optional<Object> value);

		abstract void variable(V value);

		abstract void variables(List<V> value);

		abstract void variableArray(V[] value);

		abstract void bounded(B value);

		abstract void wildcard(List<?> value);

		abstract void superWildcard(List<? super String> value);

		@SuppressWarnings("rawtypes")
		abstract void rawList(List value);

		@SuppressWarnings("rawtypes")
		abstract void rawMap(Map value);

		@SuppressWarnings("rawtypes")
		abstract void rawBox(Box value);

		@SuppressWarnings("rawtypes")
		abstract void rawInside(Map<String, List> value);

		abstract void plainInterface(Plain value);

		abstract void plainInterfaces(List<Plain> value);

		abstract void abstractClass(Abstract value);

		abstract void characters(CharSequence value);

		abstract void anyNumber(Number value);

		abstract void path(Path value);

		abstract void iterable(Iterable<String> value);

		abstract void supplier(Supplier<String> value);

		abstract void comparator(Comparator<String> value);

		abstract void ownFunction(Function value);

		abstract void entity(Person value);

		abstract void entities(Set<Person> value);

		abstract void entityArray(Person[] value);

		abstract void mapped(Mapped value);

		abstract void servletRequest(HttpServletRequest value);

		abstract void webRequest(WebRequest value);

		abstract void headers(HttpHeaders value);

		abstract void authentication(Authentication value);

		abstract void principal(Principal value);

		abstract void user(User value);

		abstract void stream(InputStream value);

		abstract void queue(Queue<String> value);

		abstract void priorityQueue(PriorityQueue<String> value);

		abstract void hashSet(HashSet<String> value);

		abstract void hashMap(HashMap<String, String> value);

		abstract void concurrent(ConcurrentHashMap<String, String> value);

	}

	abstract static class Generic<T> {

		abstract void resolved(T value);

		abstract void resolvedList(Map<String, List<T>> value);

	}

	abstract static class Accepted extends Generic<String> {

		abstract void nothing();

		abstract void typed(Typed value);

		abstract void typedClass(List<TypedClass> value);

		abstract void nested(Map<String, List<Optional<String[]>>> value);

		abstract void collection(Collection<Integer> value);

		abstract void box(Box<Box<String>> value);

		abstract void extending(List<? extends Typed> value);

		abstract <T extends Typed> void ownVariable(T value);

		abstract void constant(HttpStatus value);

		abstract void ownNumber(long[][] value);

	}

	@Async
	abstract static class AsynchronousChild extends Accepted {

		abstract void more();

	}

	record Box<T>(T content) {
	}

	interface Plain {

		String text();

	}

	abstract static class Abstract {

	}

	@JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
	interface Typed {

	}

	abstract static class TypedClass implements Typed {

	}

	@FunctionalInterface
	@JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
	interface Function {

		void call();

	}

	@Entity
	static class Person {

		@Id
		private long id;

	}

	@MappedSuperclass
	static class MappedParent {

	}

	static class Mapped extends MappedParent {

	}

	abstract static class User implements UserDetails {

	}

}
